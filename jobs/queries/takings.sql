-- One row is a product with what it took in the last year of trade, in the shop's currency, less what was given back.
SELECT toString(product_id) AS product_id, toFloat64(sum(net_amount)) AS amount
FROM mart.sales_by_product
WHERE kind = 'product' AND currency = {currency: String} AND day > (SELECT max(day) FROM mart.sales_by_product) - 365
GROUP BY product_id
