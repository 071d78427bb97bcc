-- One row is a step of one order, in the order that they happened. Reads by the table's key.
SELECT step, occurred_at, customer_id, country, toString(amount) AS amount, currency, reason
FROM mart.order_steps
WHERE order_id = {order_id: String}
ORDER BY occurred_at, topic, partition, offset
LIMIT 1000
