-- The one row is when a snooze last came to its end; 0 when none ever did.
SELECT toFloat64(toUnixTimestamp64Milli(max(until))) AS ended_ms
FROM raw.operations
WHERE type = 'stock_alert_snoozed' AND until <= now64(3, 'UTC')
