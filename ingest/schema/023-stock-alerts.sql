-- One row is an episode: a product was short of stock from raised_at until cleared_at. Between them it makes no difference
-- how often a warning was raised or by whom, nor what cleared one that was not raised. Snoozes are people's: the last one
-- that says anything of the episode.
CREATE VIEW IF NOT EXISTS mart.stock_alerts
(
  product_id String COMMENT 'Product',
  alert LowCardinality(String) COMMENT 'low_stock or stock_out',
  raised_at DateTime64(3, 'UTC') COMMENT 'When its stock fell to the threshold',
  cleared_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was above the threshold again; null while it is not',
  units Int32 COMMENT 'Units that could be sold when it was raised; 0 when its sender did not say',
  threshold Int32 COMMENT 'Units at or below which it was raised; 0 when its sender did not say',
  source LowCardinality(String) COMMENT 'The system that raised it; flipside: this pipeline',
  snoozed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When somebody last asked not to be told of it; null when nobody did',
  snoozed_until Nullable(DateTime64(3, 'UTC')) COMMENT 'Until when they are not told; null: while it is not worse, or until it is cleared',
  worse_below Nullable(Int32) COMMENT 'Units below which they are told all the same; null when not said',
  snoozed_by String COMMENT 'Who asked; empty when not said',
  simulated Bool COMMENT 'Whether the warning is invented'
)
AS
WITH snooze.at > toDateTime64(0, 3, 'UTC') AND (snooze.at >= raised_at OR snooze.until > raised_at) AS holds
SELECT
  episode.product_id AS product_id, episode.alert AS alert, raised_at, cleared_at, units, threshold, source,
  if(holds, snooze.at, NULL) AS snoozed_at, if(holds AND snooze.until > snooze.at, snooze.until, NULL) AS snoozed_until,
  if(holds, snooze.worse_below, NULL) AS worse_below, if(holds, snooze.author, '') AS snoozed_by, simulated
FROM
(
  SELECT
    product_id, alert, raises, occurred_at AS raised_at, quantity AS units, threshold, source, toBool(hasAny(simulated, ['*', 'alert'])) AS simulated,
    leadInFrame(toNullable(occurred_at)) OVER (PARTITION BY product_id, alert ORDER BY occurred_at, offset ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS cleared_at,
    ifNull(cleared_at, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')) AS ended_at
  FROM
  (
    SELECT
      product_id, toString(alert) AS alert, occurred_at, offset, quantity, threshold, source, simulated, type = 'stock_alert_raised' AS raises,
      lagInFrame(raises, 1, 0) OVER (PARTITION BY product_id, alert ORDER BY occurred_at, offset ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS was_raised
    FROM raw.stock
    WHERE type IN ('stock_alert_raised', 'stock_alert_cleared')
  )
  WHERE raises != was_raised
) AS episode
ASOF LEFT JOIN
(
  SELECT product_id, toString(alert) AS alert, occurred_at AS at, until, worse_below, author
  FROM raw.operations
  WHERE type = 'stock_alert_snoozed'
  ORDER BY offset DESC
  LIMIT 1 BY product_id, alert, occurred_at
) AS snooze ON snooze.product_id = episode.product_id AND snooze.alert = episode.alert AND episode.ended_at > snooze.at
WHERE raises
COMMENT 'When products were short of stock: warnings from raising to clearing, and who did not want to hear of them'

-- then

-- One row is a count of a product at a stocktake, from the day on which its ledger began. What should have been there is
-- what the ledger says of that instant, whatever the counter had written down: sales in between are no variance.
CREATE VIEW IF NOT EXISTS mart.stocktakes
(
  product_id String COMMENT 'Product',
  counted_at DateTime64(3, 'UTC') COMMENT 'When it was counted',
  day Date COMMENT 'The day of it, in the shop''s zone',
  expected Int64 COMMENT 'Units on hand by the ledger just before the count',
  counted Int32 COMMENT 'Units found',
  variance Int64 COMMENT 'counted - expected: less than 0 where units are missing',
  moved Int32 COMMENT 'By how much the count moved the ledger: counted less what its sender expected',
  unit_cost Nullable(Decimal(18, 4)) COMMENT 'What a unit cost then, or the first cost known after; null when none is',
  variance_cost Nullable(Decimal(38, 4)) COMMENT 'variance × unit_cost',
  currency String COMMENT 'ISO 4217 of the cost, as of the product now; empty when it was never described',
  reason String COMMENT 'Why, in the counter''s words; empty when not said',
  reference String COMMENT 'The stocktake; empty when not said',
  simulated Bool COMMENT 'Whether what was found, what should have been there, or its cost is invented'
)
AS
WITH
  costs AS
  (
    SELECT
      product_id, if(row_number() OVER (PARTITION BY product_id ORDER BY valid_from) = 1, toDateTime64('1900-01-01 00:00:00', 3, 'UTC'), valid_from) AS held_from,
      unit_cost, cost_is_simulated
    FROM mart.product_history
    WHERE isNotNull(unit_cost)
  )
SELECT
  count.product_id AS product_id, count.occurred_at AS counted_at, toDate(counted_at, '${SHOP_TIME_ZONE}') AS day, expected,
  found.quantity AS counted, counted - expected AS variance, count.on_hand_change AS moved, costs.unit_cost AS unit_cost,
  variance * toDecimal128(unit_cost, 4) AS variance_cost, listed_in AS currency, count.reason AS reason, count.reference AS reference,
  toBool(is_invented OR costs.cost_is_simulated) AS simulated
FROM
(
  SELECT
    product_id, occurred_at, partition, offset, movement, on_hand_change, reason, reference,
    sum(on_hand_change) OVER (PARTITION BY product_id ORDER BY occurred_at, offset) - on_hand_change AS expected,
    max(simulated) OVER (PARTITION BY product_id ORDER BY occurred_at, offset) AS is_invented
  FROM mart.stock_movements AS movements
  INNER JOIN
  (
    SELECT product_id, min((occurred_at, offset)) AS begun
    FROM mart.stock_movements
    WHERE movement = 'stock_initialised'
    GROUP BY product_id
  ) AS started USING (product_id)
  WHERE (occurred_at, offset) = begun OR ((occurred_at, offset) > begun AND movement != 'stock_initialised')
) AS count
INNER JOIN
(
  SELECT product_id, partition, offset, quantity
  FROM raw.stock
  WHERE type = 'stock_counted'
) AS found ON found.product_id = count.product_id AND found.partition = count.partition AND found.offset = count.offset
ASOF LEFT JOIN costs ON costs.product_id = count.product_id AND count.occurred_at >= costs.held_from
LEFT JOIN (SELECT product_id AS listed_product, currency AS listed_in FROM mart.products) AS product ON listed_product = count.product_id
WHERE movement = 'stock_counted'
COMMENT 'Stocktakes: what was found, what should have been there, and what the difference cost'
