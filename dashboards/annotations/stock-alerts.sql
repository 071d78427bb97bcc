-- One row is a time in which the product was low or sold out, until now where it still is.
SELECT
  raised_at AS time, ifNull(cleared_at, now64(3, 'UTC')) AS timeEnd,
  concat(if(alert = 'stock_out', 'Sold out', 'Low stock'), ': ', toString(units), ' left, at most ', toString(threshold), ' is too few') AS text, 'stock' AS tags
FROM mart.stock_alerts
WHERE product_id = ${product_id:sqlstring} AND raised_at <= $__toTime_ms AND timeEnd >= $__fromTime_ms
ORDER BY time
LIMIT 200
