-- One row is a list price from when it held in these days, the last again at their end.
SELECT greatest(valid_from, $__fromTime_ms) AS time, toFloat64(price) AS price
FROM mart.price_history
WHERE product_id = ${product_id:sqlstring} AND currency = '{SHOP_CURRENCY}' AND valid_from <= $__toTime_ms AND valid_to > $__fromTime_ms AND isNotNull(price)
ORDER BY time
LIMIT 1000
