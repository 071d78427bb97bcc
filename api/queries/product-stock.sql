-- One row is a day on which a product's stock moved, with what could be sold when it ended.
SELECT day, toFloat64(on_hand - reserved) AS sellable
FROM mart.stock_history
WHERE product_id = {product_id: String} AND day <= {to: Date}
ORDER BY day
LIMIT 20000
