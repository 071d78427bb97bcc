-- One row is a work that a known customer bought in an order: the latest ones, oldest first. Gifts say nothing of them. What judges the models.
SELECT customer_id, work_id, occurred_at_ms
FROM
(
  SELECT customer_id, product.work_id AS work_id, toFloat64(toUnixTimestamp64Milli(min(occurred_at))) AS occurred_at_ms
  FROM mart.order_lines AS line
  INNER JOIN (SELECT product_id, work_id FROM mart.products WHERE NOT retired) AS product USING (product_id)
  WHERE kind = 'product' AND NOT is_gift AND movement = 'order_placed' AND quantity > 0 AND customer_id != ''
  GROUP BY customer_id, order_id, work_id
  ORDER BY occurred_at_ms DESC, customer_id, work_id
  LIMIT 5000000
)
ORDER BY occurred_at_ms, customer_id, work_id
