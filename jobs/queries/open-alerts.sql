-- One row is a product that is short of stock by all that was stored.
SELECT product_id, toString(alert) AS alert, toFloat64(toUnixTimestamp64Milli(raised_at)) AS raised_ms, units, threshold
FROM mart.stock_alerts
WHERE isNull(cleared_at)
