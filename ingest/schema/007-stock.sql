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
CREATE VIEW IF NOT EXISTS mart.stock_levels AS
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
