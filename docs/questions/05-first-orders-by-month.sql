-- How many customers bought for the first time, month by month?
SELECT cohort_month, currency, customers, net_amount AS net_in_that_month
FROM mart.cohorts
WHERE months_since = 0
ORDER BY cohort_month, currency
