-- One row is a product in one run of the forecasts: what it was taken for, by which model and how good that was. With
-- mart.forecasts and mart.forecast_demand it says what was thought then.
CREATE TABLE IF NOT EXISTS mart.forecast_models
(
  product_id String COMMENT 'Product',
  made_at DateTime64(3, 'UTC') COMMENT 'When it was published; gone after 180 days',
  version String COMMENT 'Version that was published, as in ops.job_runs',
  state LowCardinality(String) COMMENT 'active, new (too young for a history of its own), dormant (stopped selling) or unknown',
  model LowCardinality(String) COMMENT 'Model that made it; empty where there is no forecast',
  why Array(String) COMMENT 'Why that model, what was done to the history, or why there is no forecast',
  error_days UInt16 COMMENT 'Days whose sum the errors are of; 0 where nothing could be tested',
  origins UInt8 COMMENT 'Past days from which that was forecast',
  rmsse Nullable(Float32) COMMENT 'Root mean squared error of those sums for each root mean squared change from day to day and root of the days',
  bias Nullable(Float32) COMMENT 'What was forecast less what came, as a share of what came',
  coverage_95 Nullable(Float32) COMMENT 'Share of those sums, over all products of the run, that stayed within their 95 % bound',
  lost_units_28 Nullable(Float32) COMMENT 'Units asked for and not there in the last 28 days, as estimated'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(made_at)
ORDER BY (product_id, made_at)
TTL toDateTime(made_at) + INTERVAL 180 DAY
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Products as the forecasts took them, run by run, with the error of a backtest'

-- then

-- One row is the demand of a product over the next so many days together, in one run. The key serves what was said of a product.
CREATE TABLE IF NOT EXISTS mart.forecast_demand
(
  product_id String COMMENT 'Product',
  made_at DateTime64(3, 'UTC') COMMENT 'When it was published; gone after 180 days',
  version String COMMENT 'Version that was published, as in ops.job_runs',
  from_day Date COMMENT 'First day of the stretch, in the shop''s zone: the one after the last that the run knew',
  days UInt16 COMMENT 'Length of the stretch in days',
  probabilities Array(Float32) COMMENT 'Share of such stretches, ascending',
  units Array(Float32) COMMENT 'Units that demand stays within in that share, one for each'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(made_at)
ORDER BY (product_id, made_at, days)
TTL toDateTime(made_at) + INTERVAL 180 DAY
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Quantiles of demand over lead times, run by run'

-- then

-- One row is what was said of ordering a product from then on: written when it changes, so that what was suggested at any
-- time is the last row before it.
CREATE TABLE IF NOT EXISTS mart.replenishment
(
  product_id String COMMENT 'Product',
  made_at DateTime64(3, 'UTC') COMMENT 'Since when it was said; gone after 400 days',
  version String COMMENT 'Version that was published, as in ops.job_runs',
  supplier_id String COMMENT 'Who delivers it; empty when not said',
  state LowCardinality(String) COMMENT 'order, enough, no demand, no room or unknown',
  suggestion_id String COMMENT 'Names the suggestion; empty where nothing is suggested',
  quantity UInt64 COMMENT 'Units to order; 0 where nothing is suggested',
  why String COMMENT 'Why, in a sentence',
  position Nullable(Int64) COMMENT 'On hand and on order less what is promised; null where nothing was counted',
  reorder_point Nullable(Int64) COMMENT 'Units of position at or below which to order',
  order_up_to Nullable(Int64) COMMENT 'Units up to which an order lifts the position',
  service_level Float32 COMMENT 'Share of lead times that must end without running out',
  order_cost Nullable(Decimal(38, 4)) COMMENT 'What the suggested units cost',
  order_value Nullable(Decimal(38, 4)) COMMENT 'What they are expected to earn, less what lying costs',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  simulated Bool COMMENT 'Whether it rests on invented figures'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(made_at)
ORDER BY (product_id, made_at)
TTL toDateTime(made_at) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What was suggested to order, with its reason, each time that it changed'

-- then

-- One row is a stretch of days that is over, with what was thought of it in the run before it and what was sold in it. What the
-- shop did not have could not be sold. Sums of sales begin where the first stretch does: their differences are the same.
CREATE VIEW IF NOT EXISTS mart.lead_time_accuracy
(
  product_id String COMMENT 'Product',
  version String COMMENT 'Run that forecast it',
  made_at DateTime64(3, 'UTC') COMMENT 'When that was published',
  from_day Date COMMENT 'First day of the stretch, in the shop''s zone',
  days UInt16 COMMENT 'Length of the stretch in days',
  median_units Float32 COMMENT 'Units that demand was to stay within in one stretch of two',
  bound_units Float32 COMMENT 'Units that demand was to stay within in 95 stretches of 100',
  actual_units Int64 COMMENT 'Units sold in the stretch, before refunds',
  in_bound Bool COMMENT 'Whether actual_units stayed within bound_units: of good forecasts 95 % do'
)
AS
SELECT
  thought.product_id AS product_id, version, made_at, from_day, days, median_units, bound_units,
  toInt64(greatest(ifNull(until.units, 0) - ifNull(before.units, 0), 0)) AS actual_units, toBool(actual_units <= ceil(bound_units)) AS in_bound
FROM
(
  SELECT
    product_id, version, made_at, from_day, days, from_day - 1 AS day_before, from_day + days - 1 AS last_day,
    units[indexOf(arrayMap(one -> round(one, 4), probabilities), 0.5)] AS median_units, units[indexOf(arrayMap(one -> round(one, 4), probabilities), toFloat32(0.95))] AS bound_units
  FROM mart.forecast_demand
  WHERE last_day <= (SELECT max(day) FROM mart.sales_by_day) AND last_day < toDate(now(), '${SHOP_TIME_ZONE}')
) AS thought
ASOF LEFT JOIN
(
  SELECT product_id, day, sum(sold) OVER (PARTITION BY product_id ORDER BY day) AS units
  FROM (SELECT toString(sales.product_id) AS product_id, day, sum(units_sold) AS sold FROM mart.sales_by_product AS sales WHERE kind = 'product' AND day >= (SELECT min(from_day) FROM mart.forecast_demand) GROUP BY product_id, day)
) AS before ON before.product_id = thought.product_id AND thought.day_before >= before.day
ASOF LEFT JOIN
(
  SELECT product_id, day, sum(sold) OVER (PARTITION BY product_id ORDER BY day) AS units
  FROM (SELECT toString(sales.product_id) AS product_id, day, sum(units_sold) AS sold FROM mart.sales_by_product AS sales WHERE kind = 'product' AND day >= (SELECT min(from_day) FROM mart.forecast_demand) GROUP BY product_id, day)
) AS until ON until.product_id = thought.product_id AND thought.last_day >= until.day
COMMENT 'Demand over lead times as it was forecast, against what was sold, for stretches that are over'
