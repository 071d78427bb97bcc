-- One row is the forecasts of the last seven days that are over, of what sells about daily: the share within its interval.
SELECT countIf(in_interval) / count() AS value
FROM mart.forecast_accuracy
WHERE day BETWEEN toDate(now(), '{SHOP_TIME_ZONE}') - 7 AND toDate(now(), '{SHOP_TIME_ZONE}') - 1 AND lead_days <= 7 AND mean >= 1 AND made_at > now() - INTERVAL 15 DAY
HAVING count() >= 200
