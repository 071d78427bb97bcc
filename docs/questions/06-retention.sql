-- Do customers come back in the months after their first order?
SELECT cohort_month, currency, months_since, customers, active_customers, retention
FROM mart.cohorts
WHERE months_since BETWEEN 1 AND 6
ORDER BY cohort_month, currency, months_since
