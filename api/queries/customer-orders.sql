-- One row is an order of one customer with its steps in parallel arrays, the newest order first.
-- Steps after the first may not name the customer, so the orders are found first.
SELECT
  order_id,
  groupArray(step) AS steps,
  groupArray(occurred_at) AS times,
  groupArray(toString(amount)) AS amounts,
  groupArray(lines) AS line_counts,
  groupArray(currency) AS currencies
FROM
(
  SELECT order_id, step, occurred_at, amount, lines, currency
  FROM mart.order_steps
  WHERE order_id IN (SELECT order_id FROM mart.order_steps WHERE customer_id = {customer_id: String})
  ORDER BY order_id, occurred_at, topic, partition, offset
)
GROUP BY order_id
ORDER BY times[1] DESC, order_id
LIMIT {limit: UInt32}
