-- One row is a day on which a product was sold, the first ever among them. Reads by the projection's key.
SELECT day, toFloat64(sum(units_sold)) AS units
FROM mart.sales_by_product
WHERE kind = 'product' AND product_id = {product_id: String} AND day <= {to: Date}
GROUP BY day
HAVING units > 0
ORDER BY day
LIMIT 20000
