-- One row is what was expected of a product for a day, in one run of the job. The key serves what was said of a product.
CREATE TABLE IF NOT EXISTS mart.forecasts
(
  product_id String COMMENT 'Product',
  day Date COMMENT 'Day that is forecast, in the shop''s zone',
  made_at DateTime64(3, 'UTC') COMMENT 'When it was published; gone after 180 days',
  version String COMMENT 'Version that was published, as in ops.job_runs',
  lead_days UInt8 COMMENT 'Days from the last day of sales that the run knew to day, from 1',
  model LowCardinality(String) COMMENT 'Model that made it',
  mean Float32 COMMENT 'Expected units',
  lower Float32 COMMENT 'One day in ten sells less: the 0.1 quantile',
  upper Float32 COMMENT 'One day in ten sells more: the 0.9 quantile'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(made_at)
ORDER BY (product_id, day, made_at)
TTL toDateTime(made_at) + INTERVAL 180 DAY
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Daily demand as it was forecast, run by run'

-- then

-- One row is a forecast of a day that is over, with what was sold. What the shop did not have could not be sold, so a day
-- without stock looks like a forecast that was too high.
CREATE VIEW IF NOT EXISTS mart.forecast_accuracy
(
  product_id String COMMENT 'Product',
  day Date COMMENT 'Day, in the shop''s zone',
  version String COMMENT 'Run that forecast it',
  made_at DateTime64(3, 'UTC') COMMENT 'When that was published',
  lead_days UInt8 COMMENT 'Days from the last day of sales that the run knew to day, from 1',
  model LowCardinality(String) COMMENT 'Model that made it',
  mean Float32 COMMENT 'Expected units',
  lower Float32 COMMENT 'The 0.1 quantile',
  upper Float32 COMMENT 'The 0.9 quantile',
  actual_units Int64 COMMENT 'Units sold on that day, before refunds; never less than 0',
  error Float64 COMMENT 'mean - actual_units. Bias = sum(error) / sum(actual_units)',
  absolute_error Float64 COMMENT 'Without its sign. WAPE = sum(absolute_error) / sum(actual_units)',
  in_interval Bool COMMENT 'Whether actual_units is from lower to upper; of good intervals 80 % are, or more where demand is small'
)
AS
SELECT
  forecast.product_id AS product_id, forecast.day AS day, version, made_at, lead_days, model, mean, lower, upper,
  greatest(sold.units, 0) AS actual_units, toFloat64(mean) - actual_units AS error, abs(error) AS absolute_error, toBool(actual_units BETWEEN lower AND upper) AS in_interval
FROM mart.forecasts AS forecast
LEFT JOIN
(
  SELECT toString(sales.product_id) AS product_id, day, sum(units_sold) AS units
  FROM mart.sales_by_product AS sales
  WHERE kind = 'product' AND day >= (SELECT min(day) FROM mart.forecasts)
  GROUP BY product_id, day
) AS sold ON sold.product_id = forecast.product_id AND sold.day = forecast.day
WHERE forecast.day <= (SELECT max(day) FROM mart.sales_by_day) AND forecast.day < toDate(now(), '${SHOP_TIME_ZONE}')
COMMENT 'Forecasts against what was sold, for days that are over'
