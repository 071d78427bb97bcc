-- One row is a signed movement of a product's stock. The key serves a product's ledger.
CREATE TABLE IF NOT EXISTS mart.stock_movements
(
  product_id String COMMENT 'Product moved',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When',
  movement LowCardinality(String) COMMENT 'Event type',
  on_hand_change Int32 COMMENT 'Units more, or less, in the shop',
  reserved_change Int32 COMMENT 'Units more, or less, set aside for orders',
  on_order_change Int32 COMMENT 'Units more, or less, to come from suppliers',
  reason String COMMENT 'Why, in the sender''s words',
  reference String COMMENT 'Document that asked for it',
  line_id UInt32 COMMENT 'Line of that document',
  simulated Bool COMMENT 'Whether the quantity is invented',
  partition UInt16 COMMENT 'Partition in the log',
  offset UInt64 COMMENT 'Place in the partition: the order of movements at one instant'
)
ENGINE = MergeTree
ORDER BY (product_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Ledger of stock movements: on hand, reserved and on order are sums of their changes'

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS mart.stock_movements_from_stock TO mart.stock_movements AS
WITH ${STOCK_EFFECTS} AS effects, effects[toString(type)] AS effect
SELECT
  product_id, occurred_at, type AS movement,
  tupleElement(effect, 1) * (quantity - expected_quantity) AS on_hand_change,
  tupleElement(effect, 2) * ifNull(reserved_quantity, quantity) AS reserved_change,
  tupleElement(effect, 3) * quantity AS on_order_change,
  reason, if(reference = '', purchase_id, reference) AS reference, line_id, hasAny(simulated, ['*', 'quantity']) AS simulated, partition, offset
FROM raw.stock
WHERE mapContains(effects, toString(type))

-- then

-- One row is a product whose stock was initialised. What moved the stock on hand before that is history, and already in the
-- count; a second initialisation is a mistake and counts for nothing. A count says nothing of what is set aside or on its
-- way, so those are the sums of all that was ever said.
CREATE VIEW IF NOT EXISTS mart.stock_levels
(
  product_id String COMMENT 'Product',
  on_hand Int64 COMMENT 'Units in the shop, those set aside included',
  reserved Int64 COMMENT 'Units set aside for orders',
  on_order Int64 COMMENT 'Units to come from suppliers',
  available Int64 COMMENT 'on_hand - reserved',
  simulated Bool COMMENT 'Whether any of it rests on an invented quantity',
  moved_at DateTime64(3, 'UTC') COMMENT 'When it last moved'
)
AS
WITH started AS
(
  SELECT product_id, min((occurred_at, offset)) AS begun
  FROM mart.stock_movements
  WHERE movement = 'stock_initialised'
  GROUP BY product_id
)
SELECT
  product_id, sumIf(on_hand_change, counts) AS on_hand, sum(reserved_change) AS reserved, sum(on_order_change) AS on_order,
  on_hand - reserved AS available, maxIf(simulated, counts OR reserved_change != 0 OR on_order_change != 0) AS simulated, max(occurred_at) AS moved_at
FROM
(
  SELECT *, (occurred_at, offset) = begun OR ((occurred_at, offset) > begun AND movement != 'stock_initialised') AS counts
  FROM mart.stock_movements
  INNER JOIN started USING (product_id)
)
GROUP BY product_id
COMMENT 'Stock of products as it is now: sums of their movements since the ledger began'

-- then

-- One row is a product on a day on which something of it moved, from the day on which its ledger began. Days between have
-- what the last row before them says. What was set aside or ordered before that day is part of its first row.
CREATE VIEW IF NOT EXISTS mart.stock_history
(
  product_id String COMMENT 'Product',
  day Date COMMENT 'Day, in the shop''s zone',
  units_in Int64 COMMENT 'Units that came in on that day: received, returned, found; the opening count included',
  units_out Int64 COMMENT 'Units that went out on that day: shipped, lost, corrected away',
  units_shipped Int64 COMMENT 'Those of units_out that were shipped',
  on_hand Int64 COMMENT 'Units in the shop at the end of the day',
  reserved Int64 COMMENT 'Units set aside at the end of the day',
  on_order Int64 COMMENT 'Units on their way from suppliers at the end of the day',
  simulated Bool COMMENT 'Whether a movement of the day is invented'
)
AS
SELECT
  product_id, day, units_in, units_out, units_shipped,
  sum(hand_change) OVER (PARTITION BY product_id ORDER BY day) AS on_hand, sum(reserved_change) OVER (PARTITION BY product_id ORDER BY day) AS reserved,
  sum(order_change) OVER (PARTITION BY product_id ORDER BY day) AS on_order, simulated
FROM
(
  SELECT
    product_id, greatest(toDate(occurred_at, '${SHOP_TIME_ZONE}'), toDate(begun.1, '${SHOP_TIME_ZONE}')) AS day,
    sumIf(on_hand_change, counts AND on_hand_change > 0) AS units_in, -sumIf(on_hand_change, counts AND on_hand_change < 0) AS units_out,
    -sumIf(on_hand_change, counts AND movement = 'stock_shipped') AS units_shipped, sumIf(on_hand_change, counts) AS hand_change,
    sum(movements.reserved_change) AS reserved_change, sum(on_order_change) AS order_change, toBool(max(movements.simulated)) AS simulated
  FROM
  (
    SELECT *, (occurred_at, offset) = begun OR ((occurred_at, offset) > begun AND movement != 'stock_initialised') AS counts
    FROM mart.stock_movements
    INNER JOIN
    (
      SELECT product_id, min((occurred_at, offset)) AS begun
      FROM mart.stock_movements
      WHERE movement = 'stock_initialised'
      GROUP BY product_id
    ) AS started USING (product_id)
  ) AS movements
  GROUP BY product_id, day
)
COMMENT 'Stock at the end of each day on which it moved'

-- then

-- One row is what is left of a product's units that came in on one day, if what comes in first goes out first: then what is
-- there is what came in last. Age is counted to the last day on which anything moved in the shop.
CREATE VIEW IF NOT EXISTS mart.stock_ageing
(
  product_id String COMMENT 'Product',
  received_day Date COMMENT 'Day on which the units came in, in the shop''s zone; of the opening count the day of the count',
  age_days Int32 COMMENT 'Days from received_day to the last day on which stock moved in the shop',
  age_band String COMMENT '0-30, 31-60, 61-90, 91-180, 181-365 or over 365 days',
  units Int64 COMMENT 'Units still on hand; sums to on_hand of mart.stock_levels',
  unit_cost Nullable(Decimal(18, 4)) COMMENT 'What a unit cost when it came in, or the first cost known after; null when none is',
  cost_amount Nullable(Decimal(38, 4)) COMMENT 'units × unit_cost',
  currency String COMMENT 'ISO 4217 of the cost, as of the product now; empty when it was never described',
  simulated Bool COMMENT 'Whether its units or its cost are invented'
)
AS
WITH
  assumeNotNull((SELECT toDate(max(occurred_at), '${SHOP_TIME_ZONE}') FROM mart.stock_movements)) AS last_day,
  costs AS
  (
    SELECT
      product_id, if(row_number() OVER (PARTITION BY product_id ORDER BY valid_from) = 1, toDateTime64('1900-01-01 00:00:00', 3, 'UTC'), valid_from) AS held_from,
      unit_cost, cost_is_simulated
    FROM mart.product_history
    WHERE isNotNull(unit_cost)
  )
SELECT
  receipts.product_id AS product_id, received_day, toInt32(last_day - received_day) AS age_days,
  multiIf(age_days <= 30, '0-30', age_days <= 60, '31-60', age_days <= 90, '61-90', age_days <= 180, '91-180', age_days <= 365, '181-365', 'over 365') AS age_band,
  sum(left) AS units, costs.unit_cost AS unit_cost, units * toDecimal128(unit_cost, 4) AS cost_amount, listed_in AS currency, toBool(max(is_invented OR costs.cost_is_simulated)) AS simulated
FROM
(
  SELECT
    product_id, occurred_at, toDate(occurred_at, '${SHOP_TIME_ZONE}') AS received_day, movements.simulated AS is_invented,
    sum(on_hand_change) OVER (PARTITION BY product_id ORDER BY occurred_at DESC, offset DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS received_since,
    least(on_hand_change, levels.on_hand - (received_since - on_hand_change)) AS left
  FROM mart.stock_movements AS movements
  INNER JOIN
  (
    SELECT product_id, min((occurred_at, offset)) AS begun
    FROM mart.stock_movements
    WHERE movement = 'stock_initialised'
    GROUP BY product_id
  ) AS started USING (product_id)
  INNER JOIN (SELECT product_id, on_hand FROM mart.stock_levels WHERE on_hand > 0) AS levels USING (product_id)
  WHERE on_hand_change > 0 AND ((occurred_at, offset) = begun OR ((occurred_at, offset) > begun AND movement != 'stock_initialised'))
) AS receipts
ASOF LEFT JOIN costs ON costs.product_id = receipts.product_id AND receipts.occurred_at >= costs.held_from
LEFT JOIN (SELECT product_id AS listed_product, currency AS listed_in FROM mart.products) AS product ON listed_product = receipts.product_id
WHERE left > 0
GROUP BY product_id, received_day, unit_cost, currency
COMMENT 'Stock by age: units on hand by the day on which they came in (first in, first out), with what they cost'
