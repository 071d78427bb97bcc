-- One row is a run of the forecasts, with the units that were asked for and not there in the 28 days before it.
SELECT made_at AS time, sum(lost_units_28) AS lost_units_28
FROM mart.forecast_models
WHERE $__timeFilter_ms(made_at)
GROUP BY made_at
ORDER BY time
