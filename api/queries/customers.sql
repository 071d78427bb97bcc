-- One row is a customer, those with most orders first. Reads the steps of all orders: the table is small beside the lines.
SELECT customer_id, anyLast(country) AS country, toUInt32(uniqExact(order_id)) AS orders, max(occurred_at) AS last_order_at
FROM mart.order_steps
WHERE step = 'order_placed' AND customer_id != ''
GROUP BY customer_id
ORDER BY orders DESC, customer_id
LIMIT {limit: UInt32}
