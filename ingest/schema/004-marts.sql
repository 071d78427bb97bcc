-- One row is a line of an order or of a refund. The key serves an order's lines.
CREATE TABLE IF NOT EXISTS mart.order_lines
(
  order_id String COMMENT 'Order, or credit note',
  line_id UInt32 COMMENT 'Line of the order',
  movement LowCardinality(String) COMMENT 'order_placed or order_refunded',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When it was placed or refunded',
  day Date COMMENT 'Business day of that, in the shop''s zone',
  customer_id String COMMENT 'Pseudonym; empty for guests',
  country LowCardinality(String) COMMENT 'Where the customer is',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental',
  kind LowCardinality(String) COMMENT 'product, postage, fee, discount, manual, sample, voucher or bad_debt',
  product_id String COMMENT 'Product; empty on other kinds of line',
  description String COMMENT 'Text of the line',
  quantity Int32 COMMENT 'Units; negative on refunds',
  unit_price Decimal(18, 4) COMMENT 'Price of a unit',
  amount Decimal(18, 4) COMMENT 'quantity × unit_price',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  tax_included Nullable(Bool) COMMENT 'Whether amounts contain tax; null when unknown'
)
ENGINE = MergeTree
ORDER BY (order_id, line_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Order and refund lines, each once; refunds have negative amounts'

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS mart.order_lines_from_orders TO mart.order_lines AS
SELECT
  order_id, line.line_id AS line_id, type AS movement, occurred_at, toDate(occurred_at, '${SHOP_TIME_ZONE}') AS day,
  user_id AS customer_id, country, channel, line.kind AS kind, line.product_id AS product_id, line.description AS description,
  line.quantity AS quantity, line.unit_price AS unit_price, line.unit_price * line.quantity AS amount, currency, tax_included
FROM raw.orders
ARRAY JOIN lines AS line
WHERE type IN ('order_placed', 'order_refunded')

-- then

-- One row is a step of an order, without its lines: state and payment are read from these. The key serves one order.
CREATE TABLE IF NOT EXISTS mart.order_steps
(
  order_id String COMMENT 'Order, or credit note',
  step LowCardinality(String) COMMENT 'Event type',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When',
  customer_id String COMMENT 'Pseudonym; empty for guests',
  country LowCardinality(String) COMMENT 'Where the customer is; empty on steps that do not say',
  lines UInt32 COMMENT 'Lines of the step',
  amount Decimal(18, 4) COMMENT 'Sum of its lines, or what was paid',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  reason String COMMENT 'Why, in the sender''s words',
  topic LowCardinality(String) COMMENT 'Log topic',
  partition UInt16 COMMENT 'Partition',
  offset UInt64 COMMENT 'Place in the partition: the order of steps at one instant'
)
ENGINE = MergeTree
ORDER BY (order_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Steps of orders, each once'

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS mart.order_steps_from_orders TO mart.order_steps AS
SELECT
  order_id, type AS step, occurred_at, user_id AS customer_id, country, toUInt32(length(event.lines)) AS lines,
  if(type = 'order_paid', event.amount, arraySum(line -> line.unit_price * line.quantity, event.lines)) AS amount,
  currency, reason, topic, partition, offset
FROM raw.orders AS event

-- then

-- One row is a product as it is now. The key serves one product; read with FINAL.
CREATE TABLE IF NOT EXISTS mart.products
(
  product_id String COMMENT 'What is sold, stocked and priced',
  work_id String COMMENT 'The work that it is an edition of',
  title String COMMENT 'Title as shown',
  format LowCardinality(String) COMMENT 'cd, vinyl, dvd …; empty when unknown',
  attributes Map(LowCardinality(String), String) COMMENT 'Further facts: artist, genre …',
  price Nullable(Decimal(18, 4)) COMMENT 'List price; null when the shop named none',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  unit_cost Nullable(Decimal(18, 4)) COMMENT 'What a unit costs the shop',
  lead_time_days Nullable(UInt16) COMMENT 'Days from order to delivery',
  retired Bool COMMENT 'No longer sold',
  simulated Array(LowCardinality(String)) COMMENT 'Fields with invented values',
  changed_at DateTime64(3, 'UTC') COMMENT 'When it last changed',
  offset UInt64 COMMENT 'Place in the log: the later one wins'
)
ENGINE = ReplacingMergeTree(offset)
ORDER BY product_id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Products as they are now; read with FINAL'

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS mart.products_from_catalogue TO mart.products AS
SELECT
  product_id, work_id, title, format, attributes, price, currency, unit_cost, lead_time_days,
  type = 'product_retired' AS retired, simulated, occurred_at AS changed_at, offset
FROM raw.catalogue

-- then

-- One row is a customer as now known. The key serves one customer; read with FINAL.
CREATE TABLE IF NOT EXISTS mart.customers
(
  customer_id String COMMENT 'Pseudonym; never a name',
  country LowCardinality(String) COMMENT 'Where the customer is',
  registered_at DateTime64(3, 'UTC') COMMENT 'When first known',
  offset UInt64 COMMENT 'Place in the log: the later one wins'
)
ENGINE = ReplacingMergeTree(offset)
ORDER BY customer_id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Customers by pseudonym; read with FINAL'

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS mart.customers_from_customers TO mart.customers AS
SELECT customer_id, country, occurred_at AS registered_at, offset FROM raw.customers

-- then

-- One row is a signed movement of a product's stock. The key serves a product's ledger.
CREATE TABLE IF NOT EXISTS mart.stock_movements
(
  product_id String COMMENT 'Product moved',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When',
  movement LowCardinality(String) COMMENT 'Event type',
  quantity Int32 COMMENT 'Signed units',
  reason String COMMENT 'Why, in the sender''s words',
  reference String COMMENT 'Document that asked for it',
  line_id UInt32 COMMENT 'Line of that document',
  simulated Bool COMMENT 'Whether the quantity is invented'
)
ENGINE = MergeTree
ORDER BY (product_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Ledger of stock movements; on hand is their sum'

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS mart.stock_movements_from_stock TO mart.stock_movements AS
SELECT
  product_id, occurred_at, type AS movement, quantity, reason, reference, line_id, hasAny(simulated, ['*', 'quantity']) AS simulated
FROM raw.stock

-- then

-- One row is a product whose stock was initialised. What moved before that is history, and already in the count; a second
-- initialisation is a mistake and counts for nothing.
CREATE VIEW IF NOT EXISTS mart.stock_on_hand AS
WITH started AS
(
  SELECT product_id, min(occurred_at) AS initialised_at, argMin(quantity, occurred_at) AS opening
  FROM mart.stock_movements
  WHERE movement = 'stock_initialised'
  GROUP BY product_id
)
SELECT
  product_id, any(opening) + sumIf(quantity, movement != 'stock_initialised') AS on_hand,
  max(simulated) AS simulated, max(occurred_at) AS moved_at
FROM mart.stock_movements
INNER JOIN started USING (product_id)
WHERE occurred_at >= initialised_at
GROUP BY product_id

-- then

-- One row is a line that counts as trade: at capture when it was sold, on the refund's day when it came back.
CREATE VIEW IF NOT EXISTS mart.sales AS
WITH paid AS
(
  SELECT order_id, min(occurred_at) AS paid_at FROM mart.order_steps WHERE step = 'order_paid' GROUP BY order_id
)
SELECT
  toDate(if(movement = 'order_placed', paid_at, occurred_at), '${SHOP_TIME_ZONE}') AS day,
  order_id, line_id, movement, customer_id, country, channel, kind, product_id, quantity, amount, currency
FROM mart.order_lines
LEFT JOIN paid USING (order_id)
WHERE movement = 'order_refunded' OR paid_at > toDateTime64(0, 3, 'UTC')

-- then

-- One row is a day, country, channel and product (or kind of charge). The key serves ranges of days.
CREATE TABLE IF NOT EXISTS mart.sales_daily
(
  day Date COMMENT 'Business day, in the shop''s zone',
  country LowCardinality(String) COMMENT 'Where the customer is',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental',
  kind LowCardinality(String) COMMENT 'product, postage, fee, discount, manual, sample, voucher or bad_debt',
  product_id String COMMENT 'Product; empty on other kinds',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  gross_amount Decimal(38, 4) COMMENT 'Sold, before refunds',
  refund_amount Decimal(38, 4) COMMENT 'Given back, as a negative amount',
  net_amount Decimal(38, 4) COMMENT 'gross_amount + refund_amount',
  units_sold Int64 COMMENT 'Units sold',
  units_refunded Int64 COMMENT 'Units refunded, as a negative number',
  line_count UInt64 COMMENT 'Lines behind the row'
)
ENGINE = MergeTree
ORDER BY (day, country, product_id, kind)
COMMENT 'Sales by day, recomputed within a minute of new orders, so that late payments and refunds count'

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS mart.sales_daily_refresh REFRESH EVERY 1 DAY TO mart.sales_daily AS
SELECT
  day, country, channel, kind, product_id, currency,
  sumIf(amount, movement = 'order_placed') AS gross_amount, sumIf(amount, movement = 'order_refunded') AS refund_amount, sum(amount) AS net_amount,
  sumIf(quantity, movement = 'order_placed') AS units_sold, sumIf(quantity, movement = 'order_refunded') AS units_refunded, count() AS line_count
FROM mart.sales
GROUP BY day, country, channel, kind, product_id, currency
-- It may take its time: whoever asks questions meanwhile needs the other core.
SETTINGS max_threads = 1
