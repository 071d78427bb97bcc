-- One row is a month of first orders, with its customers.
SELECT toDateTime(cohort_month, '{SHOP_TIME_ZONE}') AS time, customers
FROM mart.cohorts
WHERE months_since = 0 AND currency = '{SHOP_CURRENCY}' AND cohort_month BETWEEN toStartOfMonth({first day}) AND {last day}
ORDER BY time
