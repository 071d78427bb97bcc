-- One row is a product's units sold on a day. Days without a sale have no row.
SELECT product_id, toUInt32(day) AS day_number, toFloat64(sum(quantity)) AS units
FROM mart.sales
WHERE kind = 'product' AND movement = 'order_placed'
GROUP BY product_id, day
HAVING units > 0
ORDER BY product_id, day_number
