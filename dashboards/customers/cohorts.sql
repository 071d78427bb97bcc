-- One row is the customers of a month of first orders, with the share that ordered in each of the twelve months after.
SELECT
  formatDateTime(first_month, '%Y-%m') AS cohort_month, any(size) AS customers, toFloat64(sum(net)) AS net_amount,
  anyIf(retention, months_since = 1) AS month_1,
  anyIf(retention, months_since = 2) AS month_2,
  anyIf(retention, months_since = 3) AS month_3,
  anyIf(retention, months_since = 4) AS month_4,
  anyIf(retention, months_since = 5) AS month_5,
  anyIf(retention, months_since = 6) AS month_6,
  anyIf(retention, months_since = 7) AS month_7,
  anyIf(retention, months_since = 8) AS month_8,
  anyIf(retention, months_since = 9) AS month_9,
  anyIf(retention, months_since = 10) AS month_10,
  anyIf(retention, months_since = 11) AS month_11,
  anyIf(retention, months_since = 12) AS month_12
FROM
(
  SELECT cohort_month AS first_month, months_since, customers AS size, retention, net_amount AS net
  FROM mart.cohorts
  WHERE currency = '{SHOP_CURRENCY}' AND cohort_month BETWEEN toStartOfMonth({first day}) AND {last day}
)
GROUP BY first_month
ORDER BY first_month DESC
LIMIT 60
