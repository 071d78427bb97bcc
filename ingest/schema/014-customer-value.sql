-- One row is a customer's trade in one currency. Guests have none, and so has who only ever gave something back. A score
-- counts how many fifths of the customers of that currency have less, so customers with the same figure have the same score.
CREATE VIEW IF NOT EXISTS mart.customer_value
(
  customer_id String COMMENT 'Pseudonym',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  cohort_month Date COMMENT 'First day of the month of the first order',
  first_order_day Date COMMENT 'Business day on which the first order was paid',
  last_order_day Date COMMENT 'Business day on which the last order was paid',
  days_since_last_order Int32 COMMENT 'Days from last_order_day to the last day of trade of the whole shop',
  orders Int64 COMMENT 'Orders paid',
  units Int64 COMMENT 'Units of products sold less those refunded',
  gross_amount Decimal(38, 4) COMMENT 'Sold, before refunds',
  net_amount Decimal(38, 4) COMMENT 'gross_amount less refunds',
  recency_score UInt8 COMMENT '1 to 5, 5 is best: 1 + floor(5 × share of customers whose last order is longer ago)',
  frequency_score UInt8 COMMENT '1 to 5: 1 + floor(5 × share of customers with fewer orders)',
  monetary_score UInt8 COMMENT '1 to 5: 1 + floor(5 × share of customers with a smaller net_amount)',
  segment String COMMENT 'From recency_score R and frequency_score F: champions (R 5, F 4–5), loyal (R 3–4, F 4–5), potential_loyal (R 4–5, F 2–3), new (R 5, F 1), promising (R 4, F 1), need_attention (R 3, F 3), about_to_sleep (R 3, F 1–2), cannot_lose (R 1–2, F 5), at_risk (R 1–2, F 3–4), hibernating (R 1–2, F 1–2)'
)
AS
WITH assumeNotNull((SELECT max(day) FROM mart.sales)) AS last_trade_day
SELECT
  customer_id, currency, toStartOfMonth(first_day) AS cohort_month, first_day AS first_order_day, last_day AS last_order_day, toInt32(last_trade_day - last_day) AS days_since_last_order,
  orders, units, gross_amount, net_amount,
  toUInt8(1 + intDiv(5 * (rank() OVER (PARTITION BY currency ORDER BY last_day) - 1), count() OVER (PARTITION BY currency))) AS recency_score,
  toUInt8(1 + intDiv(5 * (rank() OVER (PARTITION BY currency ORDER BY orders) - 1), count() OVER (PARTITION BY currency))) AS frequency_score,
  toUInt8(1 + intDiv(5 * (rank() OVER (PARTITION BY currency ORDER BY net_amount) - 1), count() OVER (PARTITION BY currency))) AS monetary_score,
  multiIf(
    recency_score = 5 AND frequency_score >= 4, 'champions',
    recency_score >= 3 AND frequency_score >= 4, 'loyal',
    recency_score >= 4 AND frequency_score >= 2, 'potential_loyal',
    recency_score = 5, 'new',
    recency_score = 4, 'promising',
    recency_score = 3 AND frequency_score = 3, 'need_attention',
    recency_score = 3, 'about_to_sleep',
    frequency_score = 5, 'cannot_lose',
    frequency_score >= 3, 'at_risk',
    'hibernating') AS segment
FROM
(
  SELECT
    customer_id, currency, minIf(day, order_count > 0) AS first_day, maxIf(day, order_count > 0) AS last_day, sum(order_count) AS orders,
    sum(units) AS units, sum(gross_amount) AS gross_amount, sum(net_amount) AS net_amount
  FROM
  (
    SELECT
      customer_id, currency, order_id, day, sum(sales.order_count) AS order_count, sum(units_sold) + sum(units_refunded) AS units,
      sum(sales.gross_amount) AS gross_amount, sum(sales.net_amount) AS net_amount
    FROM mart.sales AS sales
    WHERE customer_id != ''
    GROUP BY customer_id, currency, order_id, day
  )
  GROUP BY customer_id, currency
  HAVING orders > 0
)
COMMENT 'Customers by what they bought: first and last order, amounts, RFM scores (quintiles) and segment'

-- then

-- One row is a month since the first order of those whose first order was in one month: every month up to the last of
-- trade, also one in which nobody bought. Lines are read once; the months of a customer, and of a cohort, travel as one value.
CREATE VIEW IF NOT EXISTS mart.cohorts
(
  cohort_month Date COMMENT 'First day of the month of the first order',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  months_since UInt16 COMMENT 'Calendar months after cohort_month; 0 is that month itself',
  customers UInt64 COMMENT 'Customers whose first order in this currency was in cohort_month',
  active_customers UInt64 COMMENT 'Those of them with an order in this month',
  retention Nullable(Float64) COMMENT 'active_customers ÷ customers',
  orders Int64 COMMENT 'Their orders in this month',
  net_amount Decimal(38, 4) COMMENT 'What they paid in this month less refunds in it; refunds before the first order are in month 0'
)
AS
WITH assumeNotNull((SELECT max(day) FROM mart.sales)) AS last_trade_day
SELECT
  cohort_month, currency, arrayJoin(range(toUInt16(dateDiff('month', cohort_month, last_trade_day) + 1))) AS months_since, active[0] AS customers,
  active[months_since] AS active_customers, active_customers / nullIf(customers, 0) AS retention, ordered[months_since] AS orders, paid[months_since] AS net_amount
FROM
(
  SELECT
    cohort_month, currency, sumMap(map(since, toUInt64(month.2 > 0))) AS active, sumMap(map(since, month.2)) AS ordered, sumMap(map(since, month.3)) AS paid
  FROM
  (
    SELECT cohort_month, currency, arrayJoin(history) AS month, toUInt16(greatest(dateDiff('month', cohort_month, month.1), 0)) AS since
    FROM
    (
      SELECT currency, minIf(month, orders > 0) AS cohort_month, groupArray((month, orders, net_amount)) AS history
      FROM
      (
        SELECT customer_id, currency, toStartOfMonth(day) AS month, sum(order_count) AS orders, sum(sales.net_amount) AS net_amount
        FROM mart.sales AS sales
        WHERE customer_id != ''
        GROUP BY customer_id, currency, month
      )
      GROUP BY customer_id, currency
      HAVING countIf(orders > 0) > 0
    )
  )
  GROUP BY cohort_month, currency
)
COMMENT 'Retention and trade of customers by the month of their first order'
