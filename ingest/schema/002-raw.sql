-- One row is what a visitor did, as it arrived. The key serves a visitor's history.
CREATE TABLE IF NOT EXISTS raw.behaviour
(
  event_id UUID COMMENT 'Made by the sender, kept over retries',
  type LowCardinality(String) COMMENT 'Event type',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When it happened, by the sender''s clock',
  received_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When the collector took it',
  user_id String COMMENT 'Customer''s pseudonym; empty for guests',
  anonymous_id String COMMENT 'Guest''s id; empty when none was sent',
  session_id String COMMENT 'Session, as the sender names it',
  source LowCardinality(String) COMMENT 'The system that sent it',
  schema_version UInt8 DEFAULT 1 COMMENT 'Version of the event type''s schema',
  simulated Array(LowCardinality(String)) COMMENT 'Fields with invented values; * means the whole event',
  product_id String COMMENT 'Product looked at, clicked or put in the cart',
  quantity Int32 COMMENT 'Units put in or taken out of the cart',
  query String COMMENT 'Search text',
  result_count UInt32 COMMENT 'Hits that the search showed',
  recommendation_id String COMMENT 'The answer that the product came from',
  position UInt16 COMMENT 'Its place there, from 0',
  product_ids Array(String) COMMENT 'What was served, best first',
  sources Array(LowCardinality(String)) COMMENT 'The model of each',
  topic LowCardinality(String) COMMENT 'Log topic it was read from',
  partition UInt16 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Place in the partition',
  epoch UInt32 COMMENT '0, or the number of the replay that stored it'
)
ENGINE = MergeTree
ORDER BY (user_id, anonymous_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What a visitor did, as it arrived'

-- then

-- One row is a step in an order's life, as it arrived. The key serves one order's timeline.
CREATE TABLE IF NOT EXISTS raw.orders
(
  event_id UUID COMMENT 'Made by the sender, kept over retries',
  type LowCardinality(String) COMMENT 'Event type',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When it happened, by the sender''s clock',
  received_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When the collector took it',
  user_id String COMMENT 'Customer''s pseudonym; empty for guests',
  anonymous_id String COMMENT 'Guest''s id; empty when none was sent',
  session_id String COMMENT 'Session, as the sender names it',
  source LowCardinality(String) COMMENT 'The system that sent it',
  schema_version UInt8 DEFAULT 1 COMMENT 'Version of the event type''s schema',
  simulated Array(LowCardinality(String)) COMMENT 'Fields with invented values; * means the whole event',
  order_id String COMMENT 'Order, or credit note',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  tax_included Nullable(Bool) COMMENT 'Whether unit prices contain tax; null when unknown',
  country LowCardinality(String) COMMENT 'Where the customer is',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental',
  amount Decimal(18, 4) COMMENT 'What was paid',
  reason String COMMENT 'Why, in the sender''s words',
  lines Array(Tuple(line_id UInt32, kind LowCardinality(String), product_id String, description String, quantity Int32, unit_price Decimal(18, 4))) COMMENT 'What was ordered or refunded, money included',
  returned Array(Tuple(line_id UInt32, product_id String, quantity Int32)) COMMENT 'Goods that came back',
  topic LowCardinality(String) COMMENT 'Log topic it was read from',
  partition UInt16 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Place in the partition',
  epoch UInt32 COMMENT '0, or the number of the replay that stored it'
)
ENGINE = MergeTree
ORDER BY (order_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A step in an order''s life, as it arrived'

-- then

-- One row is one movement of a product's stock, as it arrived. The key serves a product's ledger.
CREATE TABLE IF NOT EXISTS raw.stock
(
  event_id UUID COMMENT 'Made by the sender, kept over retries',
  type LowCardinality(String) COMMENT 'Event type',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When it happened, by the sender''s clock',
  received_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When the collector took it',
  user_id String COMMENT 'Customer''s pseudonym; empty for guests',
  anonymous_id String COMMENT 'Guest''s id; empty when none was sent',
  session_id String COMMENT 'Session, as the sender names it',
  source LowCardinality(String) COMMENT 'The system that sent it',
  schema_version UInt8 DEFAULT 1 COMMENT 'Version of the event type''s schema',
  simulated Array(LowCardinality(String)) COMMENT 'Fields with invented values; * means the whole event',
  product_id String COMMENT 'Product moved',
  quantity Int32 COMMENT 'Signed units',
  reason String COMMENT 'Why, in the sender''s words',
  reference String COMMENT 'Document that asked for it',
  line_id UInt32 COMMENT 'Line of that document',
  topic LowCardinality(String) COMMENT 'Log topic it was read from',
  partition UInt16 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Place in the partition',
  epoch UInt32 COMMENT '0, or the number of the replay that stored it'
)
ENGINE = MergeTree
ORDER BY (product_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'One movement of a product''s stock, as it arrived'

-- then

-- One row is one change of a product's description, as it arrived. The key serves a product's history.
CREATE TABLE IF NOT EXISTS raw.catalogue
(
  event_id UUID COMMENT 'Made by the sender, kept over retries',
  type LowCardinality(String) COMMENT 'Event type',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When it happened, by the sender''s clock',
  received_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When the collector took it',
  user_id String COMMENT 'Customer''s pseudonym; empty for guests',
  anonymous_id String COMMENT 'Guest''s id; empty when none was sent',
  session_id String COMMENT 'Session, as the sender names it',
  source LowCardinality(String) COMMENT 'The system that sent it',
  schema_version UInt8 DEFAULT 1 COMMENT 'Version of the event type''s schema',
  simulated Array(LowCardinality(String)) COMMENT 'Fields with invented values; * means the whole event',
  product_id String COMMENT 'What is sold, stocked and priced',
  work_id String COMMENT 'The work that it is an edition of',
  title String COMMENT 'Title as shown',
  format LowCardinality(String) COMMENT 'cd, vinyl, dvd …; empty when unknown',
  attributes Map(LowCardinality(String), String) COMMENT 'Further facts: artist, genre …',
  price Nullable(Decimal(18, 4)) COMMENT 'List price; null when the shop named none',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  unit_cost Nullable(Decimal(18, 4)) COMMENT 'What a unit costs the shop',
  lead_time_days Nullable(UInt16) COMMENT 'Days from order to delivery',
  topic LowCardinality(String) COMMENT 'Log topic it was read from',
  partition UInt16 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Place in the partition',
  epoch UInt32 COMMENT '0, or the number of the replay that stored it'
)
ENGINE = MergeTree
ORDER BY (product_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'One change of a product''s description, as it arrived'

-- then

-- One row is one change of a customer's record, as it arrived. The key serves a customer's history.
CREATE TABLE IF NOT EXISTS raw.customers
(
  event_id UUID COMMENT 'Made by the sender, kept over retries',
  type LowCardinality(String) COMMENT 'Event type',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When it happened, by the sender''s clock',
  received_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When the collector took it',
  user_id String COMMENT 'Customer''s pseudonym; empty for guests',
  anonymous_id String COMMENT 'Guest''s id; empty when none was sent',
  session_id String COMMENT 'Session, as the sender names it',
  source LowCardinality(String) COMMENT 'The system that sent it',
  schema_version UInt8 DEFAULT 1 COMMENT 'Version of the event type''s schema',
  simulated Array(LowCardinality(String)) COMMENT 'Fields with invented values; * means the whole event',
  customer_id String COMMENT 'Pseudonym; never a name',
  country LowCardinality(String) COMMENT 'Where the customer is',
  topic LowCardinality(String) COMMENT 'Log topic it was read from',
  partition UInt16 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Place in the partition',
  epoch UInt32 COMMENT '0, or the number of the replay that stored it'
)
ENGINE = MergeTree
ORDER BY (customer_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'One change of a customer''s record, as it arrived'

-- then

-- One row is a message that failed, as it arrived. The key serves reading the newest.
CREATE TABLE IF NOT EXISTS raw.rejected
(
  rejected_at DateTime64(3, 'UTC') COMMENT 'When it was refused',
  source LowCardinality(String) COMMENT 'Who refused it: collector or ingest',
  reason String COMMENT 'Why, naming the field',
  from_topic LowCardinality(String) COMMENT 'Where it was read from; empty when it never reached a log',
  from_partition UInt16 COMMENT 'Partition it was read from',
  from_offset UInt64 COMMENT 'Offset it was read from',
  body String COMMENT 'The message, at most 256 KiB',
  body_encoding LowCardinality(String) COMMENT 'utf8, or base64 when the bytes are not UTF-8',
  topic LowCardinality(String) COMMENT 'Log topic it was read from',
  partition UInt16 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Place in the partition',
  epoch UInt32 COMMENT '0, or the number of the replay that stored it'
)
ENGINE = MergeTree
ORDER BY (rejected_at, partition, offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Messages that failed, with their bytes and the reason'
