-- One row is what a visitor did, as it arrived. The key serves a visitor's history.
CREATE TABLE IF NOT EXISTS raw.behaviour
(
  ${ENVELOPE},
  product_id String COMMENT 'Product looked at, clicked or put in the cart',
  quantity Int32 COMMENT 'Units put in or taken out of the cart',
  query String COMMENT 'Search text',
  result_count UInt32 COMMENT 'Hits that the search showed',
  recommendation_id String COMMENT 'The answer that the product came from',
  position UInt16 COMMENT 'Its place there, from 0',
  product_ids Array(String) COMMENT 'What was served, best first',
  sources Array(LowCardinality(String)) COMMENT 'The model of each',
  placement LowCardinality(String) COMMENT 'Where on the page they were served',
  list_id String COMMENT 'The list that was shown, or that the product came from',
  rating UInt8 COMMENT 'Stars, 1 to 5; 0 on other events',
  feedback LowCardinality(String) COMMENT 'not_for_me, owned_already or more_like_this',
  is_bot Bool COMMENT 'Sent by a program: kept, not counted',
  ${PLACE}
)
ENGINE = MergeTree
ORDER BY (user_id, anonymous_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What a visitor did, as it arrived'

-- then

-- One row is a step in an order's life, as it arrived. The key serves one order's timeline.
CREATE TABLE IF NOT EXISTS raw.orders
(
  ${ENVELOPE},
  order_id String COMMENT 'Order, or credit note',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  tax_included Nullable(Bool) COMMENT 'Whether unit prices contain tax; null when unknown',
  country LowCardinality(String) COMMENT 'Where the customer is',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental',
  amount Decimal(18, 4) COMMENT 'What was paid',
  reason String COMMENT 'Why, in the sender''s words',
  lines Array(Tuple(line_id UInt32, kind LowCardinality(String), product_id String, description String, quantity Int32, unit_price Decimal(18, 4), is_gift Bool)) COMMENT 'What was ordered or refunded, money included',
  returned Array(Tuple(line_id UInt32, product_id String, quantity Int32)) COMMENT 'Goods that came back',
  ${PLACE}
)
ENGINE = MergeTree
ORDER BY (order_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A step in an order''s life, as it arrived'

-- then

-- One row is one movement of a product's stock, as it arrived. The key serves a product's ledger.
CREATE TABLE IF NOT EXISTS raw.stock
(
  ${ENVELOPE},
  product_id String COMMENT 'Product moved',
  quantity Int32 COMMENT 'Units; of a stocktake, those found',
  reason String COMMENT 'Why, in the sender''s words',
  reference String COMMENT 'Document that asked for it',
  line_id UInt32 COMMENT 'Line of that document',
  expected_quantity Int32 COMMENT 'Units that a stocktake should have found',
  reserved_quantity Nullable(Int32) COMMENT 'Units of a shipment that had been set aside; null: all',
  purchase_id String COMMENT 'Purchase order',
  supplier_id String COMMENT 'Supplier of it',
  expected_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When it should come in',
  alert LowCardinality(String) COMMENT 'low_stock or stock_out',
  threshold Int32 COMMENT 'Units at or below which the alert is raised',
  ${PLACE}
)
ENGINE = MergeTree
ORDER BY (product_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'One movement of a product''s stock, as it arrived'

-- then

-- One row is one change of a product's description, as it arrived. The key serves a product's history.
CREATE TABLE IF NOT EXISTS raw.catalogue
(
  ${ENVELOPE},
  product_id String COMMENT 'What is sold, stocked and priced',
  work_id String COMMENT 'The work that it is an edition of',
  title String COMMENT 'Title as shown',
  format LowCardinality(String) COMMENT 'cd, vinyl, dvd …; empty when unknown',
  attributes Map(LowCardinality(String), String) COMMENT 'Further facts: artist, genre …',
  price Nullable(Decimal(18, 4)) COMMENT 'List price; null when the shop named none',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  unit_cost Nullable(Decimal(18, 4)) COMMENT 'What a unit costs the shop',
  lead_time_days Nullable(UInt16) COMMENT 'Days from order to delivery',
  supplier_id String COMMENT 'Who delivers it; empty when not said',
  pack_size UInt32 COMMENT 'Units to a pack; 0 when not said',
  minimum_order UInt32 COMMENT 'Units that the supplier delivers at least; 0 when not said',
  stock_max UInt32 COMMENT 'Units that the shop has room for; 0 when not said',
  promotion_id String COMMENT 'Promotion that sets the price for a while',
  starts_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When the promotion begins',
  ends_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When it ends',
  ${PLACE}
)
ENGINE = MergeTree
ORDER BY (product_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'One change of a product''s description, as it arrived'

-- then

-- One row is one change of a customer's record, as it arrived. The key serves a customer's history.
CREATE TABLE IF NOT EXISTS raw.customers
(
  ${ENVELOPE},
  customer_id String COMMENT 'Pseudonym; never a name',
  country LowCardinality(String) COMMENT 'Where the customer is; empty when not said',
  tier LowCardinality(String) COMMENT 'Of the loyalty scheme; empty when not said',
  personalisation Nullable(Bool) COMMENT 'May recommendations use the history? Null when not said',
  ${PLACE}
)
ENGINE = MergeTree
ORDER BY (customer_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'One change of a customer''s record, as it arrived'

-- then

-- One row is a step in a rental's life, as it arrived. The key serves a copy's history.
CREATE TABLE IF NOT EXISTS raw.rentals
(
  ${ENVELOPE},
  rental_id String COMMENT 'The rental',
  copy_id String COMMENT 'The very disc or cartridge',
  product_id String COMMENT 'What it is a copy of',
  due_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When it must be back',
  price Nullable(Decimal(18, 4)) COMMENT 'What the rental, or its renewal, costs',
  amount Decimal(18, 4) COMMENT 'Deposit taken or returned',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  condition String COMMENT 'How the copy came back',
  reason String COMMENT 'Why, in the sender''s words',
  ${PLACE}
)
ENGINE = MergeTree
ORDER BY (copy_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A step in a rental''s life, as it arrived'

-- then

-- One row is what somebody decided, as it arrived: the audit log. The key serves the newest of a kind.
CREATE TABLE IF NOT EXISTS raw.operations
(
  ${ENVELOPE},
  rule_id String COMMENT 'Rule',
  supplier_id String COMMENT 'Supplier',
  suggestion_id String COMMENT 'Suggested purchase',
  experiment_id String COMMENT 'Experiment',
  product_id String COMMENT 'Product that it is about',
  key_id String COMMENT 'API key, by its public name',
  key_hash String COMMENT 'SHA-256 of the key, in hex',
  scope LowCardinality(String) COMMENT 'browser, server or admin',
  label String COMMENT 'What the key is for',
  events_per_second UInt32 COMMENT 'Limit of the key; 0: the default of its scope',
  expires_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When the key ends by itself; 1970: never',
  author String COMMENT 'Who decided',
  title String COMMENT 'Name of the supplier',
  definition String COMMENT 'The rule, experiment or supplier''s terms, as JSON',
  lead_time_days Nullable(UInt16) COMMENT 'Days from order to delivery',
  lead_time_spread_days Nullable(UInt16) COMMENT 'Standard deviation of those days',
  review_days Nullable(UInt16) COMMENT 'Days from one order to the next',
  minimum_order UInt32 COMMENT 'Units of a product that the supplier delivers at least; 0 when not said',
  alert LowCardinality(String) COMMENT 'low_stock or stock_out',
  worse_below Nullable(Int32) COMMENT 'Units below which a snoozed alert is told all the same',
  minimum UInt32 COMMENT 'Units below which a product counts as low',
  quantity Int32 COMMENT 'Units of a purchase',
  until DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When a snoozed suggestion or alert comes back; 1970 when not said',
  reason String COMMENT 'Why, in the author''s words',
  ${PLACE}
)
ENGINE = MergeTree
ORDER BY (type, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What people decided, as it arrived: the audit log'

-- then

-- One row is a message that failed, as it arrived. The key serves reading the newest.
CREATE TABLE IF NOT EXISTS raw.rejected
(
  rejected_at DateTime64(3, 'UTC') COMMENT 'When it was refused',
  source LowCardinality(String) COMMENT 'Who refused it: collector or ingest',
  scope LowCardinality(String) COMMENT 'Scope of the key that it was sent with; empty when it never passed the collector',
  reason String COMMENT 'Why, naming the field',
  from_topic LowCardinality(String) COMMENT 'Where it was read from; empty when it never reached a log',
  from_partition UInt16 COMMENT 'Partition it was read from',
  from_offset UInt64 COMMENT 'Offset it was read from',
  body String COMMENT 'The message, at most 256 KiB',
  body_encoding LowCardinality(String) COMMENT 'utf8, or base64 when the bytes are not UTF-8',
  ${PLACE}
)
ENGINE = MergeTree
ORDER BY (rejected_at, partition, offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Messages that failed, with their bytes and the reason'
