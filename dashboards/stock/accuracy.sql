-- One row is a week of forecasts that were made a week ahead, against what was sold.
SELECT
  toDateTime(toMonday(day), '{SHOP_TIME_ZONE}') AS time, sum(absolute_error) / nullIf(sum(actual_units), 0) AS wape,
  sum(error) / nullIf(sum(actual_units), 0) AS bias, countIf(in_interval) / count() AS in_interval
FROM mart.forecast_accuracy
WHERE {days of day} AND lead_days = 7
GROUP BY time
ORDER BY time
