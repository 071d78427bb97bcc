-- One row is a month of stocktakes: what was missing or found more than the ledger says, and what that cost.
SELECT toDateTime(toStartOfMonth(day), '{SHOP_TIME_ZONE}') AS time, sumIf(variance_cost, currency = '{SHOP_CURRENCY}') AS variance_amount
FROM mart.stocktakes
WHERE {days of day}
GROUP BY time
ORDER BY time
