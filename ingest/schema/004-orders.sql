-- One row is a line of an order or of a refund, as it arrived. The key serves an order's lines.
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
  tax_included Nullable(Bool) COMMENT 'Whether amounts contain tax; null when unknown',
  is_gift Bool COMMENT 'For somebody else: it says nothing of the buyer''s own taste',
  partition UInt16 COMMENT 'Partition of its step in the log',
  offset UInt64 COMMENT 'Place of its step in the log'
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
  line.quantity AS quantity, line.unit_price AS unit_price, line.unit_price * line.quantity AS amount, currency, tax_included, line.is_gift AS is_gift, partition, offset
FROM raw.orders
ARRAY JOIN lines AS line
WHERE type IN ('order_placed', 'order_refunded')

-- then

-- One row is a step of an order, without its lines. The key serves one order.
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

-- One row is a step of an order with the state that it left. A step that may not follow is kept and moves nothing. All
-- steps of an order lie in one partition; of an order with more than 1,000 steps the rest is left out.
CREATE VIEW IF NOT EXISTS mart.order_timeline
(
  order_id String COMMENT 'Order, or credit note',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When',
  offset UInt64 COMMENT 'Place of the step in the log',
  step String COMMENT 'Event type',
  state String COMMENT 'State of the order after it',
  is_legal UInt8 COMMENT '1 when the step may follow the state before it; 0: it moved nothing'
)
AS
WITH ${ORDER_MOVES} AS moves
SELECT order_id, life.1.1 AS occurred_at, life.1.2 AS offset, life.1.3 AS step, life.2 AS state, mapContains(moves, concat(life.3, ' ', step)) AS is_legal
FROM
(
  SELECT
    order_id, groupArraySorted(1000)((occurred_at, offset, toString(step))) AS steps,
    arrayFold((states, one) -> arrayPushBack(states, if(mapContains(moves, concat(states[-1], ' ', one.3)), moves[concat(states[-1], ' ', one.3)], states[-1])), steps, ['none']) AS states
  FROM mart.order_steps
  GROUP BY order_id
)
ARRAY JOIN arrayZip(steps, arrayPopFront(states), arrayPopBack(states)) AS life
COMMENT 'Steps of orders, in order, with the state that each left'

-- then

-- One row is an order as it is now: its state after the last legal step.
CREATE VIEW IF NOT EXISTS mart.orders
(
  order_id String COMMENT 'Order, or credit note',
  state String COMMENT 'placed, confirmed, paid, shipped, completed, cancelled, refunded …',
  customer_id String COMMENT 'Pseudonym; empty for guests',
  country String COMMENT 'Where the customer is; empty when no step says',
  currency String COMMENT 'ISO 4217; empty when no step says',
  placed_at DateTime64(3, 'UTC') COMMENT 'When it was placed; 1970 when it never was',
  paid_at DateTime64(3, 'UTC') COMMENT 'When it was first paid; 1970 when it never was',
  changed_at DateTime64(3, 'UTC') COMMENT 'When its last step was',
  illegal_steps UInt64 COMMENT 'Steps that may not be: kept, flagged, and without effect'
)
AS
SELECT
  order_id, argMax(state, (timeline.occurred_at, timeline.offset)) AS state, any(steps.customer_id) AS customer_id, any(steps.country) AS country, any(steps.currency) AS currency,
  minIf(timeline.occurred_at, is_legal AND timeline.step = 'order_placed') AS placed_at,
  minIf(timeline.occurred_at, is_legal AND timeline.step = 'order_paid') AS paid_at,
  max(timeline.occurred_at) AS changed_at, countIf(NOT is_legal) AS illegal_steps
FROM mart.order_timeline AS timeline
LEFT JOIN
(
  SELECT order_id, anyIf(customer_id, customer_id != '') AS customer_id, anyIf(country, country != '') AS country, anyIf(currency, currency != '') AS currency
  FROM mart.order_steps
  GROUP BY order_id
) AS steps USING (order_id)
GROUP BY order_id
COMMENT 'Orders as they are now'
