-- One row is a work that a known customer bought in an order and kept: the latest ones, oldest first. Gifts say nothing of
-- them, and who refuses that their history is used judges nothing. What judges the models.
SELECT customer_id, work_id, occurred_at_ms
FROM
(
  SELECT customer_id, work_id, toFloat64(toUnixTimestamp64Milli(min(occurred_at))) AS occurred_at_ms
  FROM
  (
    SELECT
      customer_id, order_id, product.work_id AS work_id, occurred_at, movement,
      -- A credit note is an order of its own.
      sum(quantity) OVER (PARTITION BY customer_id, work_id) AS left_units
    FROM mart.order_lines AS line
    INNER JOIN (SELECT product_id, work_id FROM mart.products WHERE NOT retired) AS product USING (product_id)
    WHERE kind = 'product' AND NOT is_gift AND customer_id != ''
      AND order_id NOT IN (SELECT order_id FROM mart.order_steps WHERE step = 'order_cancelled')
      AND customer_id NOT IN
      (
        SELECT customer_id FROM raw.customers WHERE type = 'consent_changed'
        GROUP BY customer_id HAVING NOT argMax(ifNull(personalisation, true), (occurred_at, offset))
      )
  )
  WHERE movement = 'order_placed' AND left_units > 0
  GROUP BY customer_id, order_id, work_id
  ORDER BY occurred_at_ms DESC, customer_id, work_id
  LIMIT 5000000
)
ORDER BY occurred_at_ms, customer_id, work_id
