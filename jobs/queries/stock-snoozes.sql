-- One row is what was last said of not being told of a product's alert.
SELECT
  product_id, toString(alert) AS alert, toFloat64(toUnixTimestamp64Milli(occurred_at)) AS at_ms,
  toFloat64(toUnixTimestamp64Milli(until)) AS until_ms, worse_below
FROM raw.operations
WHERE type = 'stock_alert_snoozed'
ORDER BY occurred_at DESC, offset DESC
LIMIT 1 BY product_id, alert
