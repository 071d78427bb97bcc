-- One row is a product's units sold on a day. Days without a sale have no row.
SELECT toString(product_id) AS product_id, toUInt32(day) AS day_number, toFloat64(sum(units_sold)) AS units
FROM mart.sales_by_product
WHERE kind = 'product'
GROUP BY product_id, day
HAVING units > 0
ORDER BY product_id, day_number
