-- One row is a supplier as it was last described. All that is said of one supplier lies in one partition, so the later offset is
-- the later word.
CREATE VIEW IF NOT EXISTS mart.suppliers
(
  supplier_id String COMMENT 'The supplier',
  title String COMMENT 'Name of the firm',
  lead_time_days Nullable(UInt16) COMMENT 'Days from order to delivery; null when not said',
  lead_time_spread_days Nullable(UInt16) COMMENT 'Standard deviation of those days; null when not said',
  review_days Nullable(UInt16) COMMENT 'Days from one order to the next; null when not said',
  minimum_order UInt32 COMMENT 'Units of a product that it delivers at least; 0 when not said',
  definition String COMMENT 'Further terms, as JSON; empty when there are none',
  author String COMMENT 'Who said so',
  changed_at DateTime64(3, 'UTC') COMMENT 'When'
)
AS
SELECT supplier_id, title, lead_time_days, lead_time_spread_days, review_days, minimum_order, definition, author, occurred_at AS changed_at
FROM raw.operations
WHERE type = 'supplier_upserted'
ORDER BY offset DESC
LIMIT 1 BY supplier_id
COMMENT 'Suppliers and their terms, as they are now'

-- then

-- One row is a product for which somebody said when it counts as low.
CREATE VIEW IF NOT EXISTS mart.stock_thresholds
(
  product_id String COMMENT 'Product',
  minimum UInt32 COMMENT 'Units below which it counts as low',
  author String COMMENT 'Who said so',
  set_at DateTime64(3, 'UTC') COMMENT 'When'
)
AS
SELECT product_id, minimum, author, occurred_at AS set_at
FROM raw.operations
WHERE type = 'stock_threshold_set'
ORDER BY offset DESC
LIMIT 1 BY product_id
COMMENT 'Thresholds that people set, as they are now'

-- then

-- One row is a product of a purchase order. What came in may be said before the order is, or without one.
CREATE VIEW IF NOT EXISTS mart.purchases
(
  purchase_id String COMMENT 'The purchase order',
  product_id String COMMENT 'Product',
  supplier_id String COMMENT 'Who delivers it; empty when not said',
  ordered_at DateTime64(3, 'UTC') COMMENT 'When it was first ordered; 1970 when only deliveries were told',
  expected_at DateTime64(3, 'UTC') COMMENT 'When it should come in, by the last word; 1970 when nobody said',
  received_at DateTime64(3, 'UTC') COMMENT 'When units of it last came in; 1970 while none did',
  units_ordered Int64 COMMENT 'Units ordered',
  units_received Int64 COMMENT 'Units that came in',
  units_cancelled Int64 COMMENT 'Units that will not come',
  units_open Int64 COMMENT 'Units still to come',
  lead_days Nullable(Int32) COMMENT 'Days from order to the first delivery; null while there is none'
)
AS
SELECT
  purchase_id, product_id, argMaxIf(stock.supplier_id, offset, stock.supplier_id != '') AS supplier_id,
  minIf(occurred_at, type = 'purchase_ordered') AS ordered_at, argMaxIf(stock.expected_at, offset, type = 'purchase_ordered' AND toUnixTimestamp(stock.expected_at) > 0) AS expected_at,
  maxIf(occurred_at, type = 'purchase_received') AS received_at,
  toInt64(sumIf(quantity, type = 'purchase_ordered')) AS units_ordered, toInt64(sumIf(quantity, type = 'purchase_received')) AS units_received,
  toInt64(sumIf(quantity, type = 'purchase_cancelled')) AS units_cancelled, greatest(units_ordered - units_received - units_cancelled, 0) AS units_open,
  if(units_ordered > 0 AND units_received > 0, toInt32(greatest(dateDiff('day', ordered_at, minIf(occurred_at, type = 'purchase_received')), 0)), NULL) AS lead_days
FROM raw.stock AS stock
WHERE type IN ('purchase_ordered', 'purchase_received', 'purchase_cancelled')
GROUP BY purchase_id, product_id
COMMENT 'Purchase orders by product, with what came in of them and how long it took'

-- then

-- One row is what somebody decided of a suggested purchase.
CREATE VIEW IF NOT EXISTS mart.suggestion_decisions
(
  suggestion_id String COMMENT 'The suggestion',
  product_id String COMMENT 'Product',
  decision LowCardinality(String) COMMENT 'accepted, edited (another quantity) or snoozed',
  decided_at DateTime64(3, 'UTC') COMMENT 'When',
  quantity Nullable(Int32) COMMENT 'Units that are bought; null when it was snoozed',
  until Nullable(DateTime64(3, 'UTC')) COMMENT 'When it may be suggested again; null unless it was snoozed',
  author String COMMENT 'Who decided; empty when not said'
)
AS
SELECT
  suggestion_id, product_id, substring(toString(type), length('suggestion_') + 1) AS decision, occurred_at AS decided_at,
  if(decision = 'snoozed', NULL, operation.quantity) AS quantity, if(decision = 'snoozed', operation.until, NULL) AS until, author
FROM raw.operations AS operation
WHERE type IN ('suggestion_accepted', 'suggestion_edited', 'suggestion_snoozed')
COMMENT 'What people decided of suggested purchases'
