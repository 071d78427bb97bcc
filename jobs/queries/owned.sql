-- One row is a product that a customer bought, by the last time.
SELECT customer_id, product_id, toFloat64(toUnixTimestamp64Milli(max(occurred_at))) AS at_ms
FROM mart.order_lines
WHERE kind = 'product' AND movement = 'order_placed' AND quantity > 0 AND customer_id != ''
GROUP BY customer_id, product_id
ORDER BY customer_id, at_ms DESC
LIMIT 5000 BY customer_id
