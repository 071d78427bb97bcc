-- One row is a work in an order, of customers and guests. Refunds are not likings, and are not purchases.
SELECT
  order_id, product.work_id AS work_id, toFloat64(toUnixTimestamp64Milli(min(occurred_at))) AS occurred_at_ms
FROM mart.order_lines AS line
INNER JOIN (SELECT product_id, work_id FROM mart.products WHERE NOT retired) AS product USING (product_id)
WHERE kind = 'product' AND movement = 'order_placed' AND quantity > 0
GROUP BY order_id, work_id
ORDER BY order_id, work_id
