-- How good were our forecasts of demand?
SELECT
  model, lead_days, count() AS days, sum(absolute_error) / nullIf(sum(actual_units), 0) AS error_share,
  avg(in_interval) AS share_within_the_interval
FROM mart.forecast_accuracy
GROUP BY model, lead_days
ORDER BY model, lead_days
