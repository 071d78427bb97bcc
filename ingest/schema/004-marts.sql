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
  line.quantity AS quantity, line.unit_price AS unit_price, line.unit_price * line.quantity AS amount, currency, tax_included, partition, offset
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
CREATE VIEW IF NOT EXISTS mart.order_timeline AS
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

-- then

-- One row is an order as it is now: its state after the last legal step.
CREATE VIEW IF NOT EXISTS mart.orders AS
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

-- then

-- One row is a list price from the day on which it was set.
CREATE VIEW IF NOT EXISTS mart.price_history AS
SELECT product_id, occurred_at AS changed_at, price, currency, type AS set_by, offset
FROM raw.catalogue
WHERE type IN ('product_upserted', 'price_changed')

-- then

-- One row is a product as it is now: the last description, the last price, retired or not. All events of a product lie in
-- one partition, so the later offset is the later word. A retired product keeps the facts that it had, for those who own it.
CREATE VIEW IF NOT EXISTS mart.products AS
SELECT
  product_id, facts.1 AS work_id, facts.2 AS title, facts.3 AS format, facts.4 AS attributes, listed.1 AS price, listed.2 AS currency,
  facts.5 AS unit_cost, facts.6 AS lead_time_days, facts.7 AS simulated, last_type = 'product_retired' AS retired, changed_at
FROM
(
  SELECT
    product_id,
    argMaxIf((work_id, title, format, attributes, unit_cost, lead_time_days, simulated), offset, type = 'product_upserted') AS facts,
    argMaxIf((price, currency), offset, type IN ('product_upserted', 'price_changed')) AS listed,
    argMaxIf(type, offset, type IN ('product_upserted', 'product_retired')) AS last_type,
    max(occurred_at) AS changed_at
  FROM raw.catalogue
  GROUP BY product_id
  HAVING countIf(type = 'product_upserted') > 0
)

-- then

-- One row is a customer as now known: of each fact the last that was said.
CREATE VIEW IF NOT EXISTS mart.customers AS
SELECT
  customer_id, argMaxIf(event.country, offset, event.country != '') AS country, argMaxIf(event.tier, offset, event.tier != '') AS tier,
  argMax(event.personalisation, offset) AS personalisation, min(occurred_at) AS registered_at
FROM raw.customers AS event
GROUP BY customer_id
HAVING countIf(type = 'customer_erased') = 0

-- then

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

-- then

-- One row is a step of a rental with the state that it left. A step that may not follow is kept and moves nothing. All
-- steps of a copy lie in one partition; of a rental with more than 1,000 steps the rest is left out.
CREATE VIEW IF NOT EXISTS mart.rental_timeline AS
WITH ${RENTAL_MOVES} AS moves
SELECT
  rental_id, copy_id, product_id, customer_id, life.1.1 AS occurred_at, life.1.2 AS offset, life.1.3 AS step, life.1.4 AS due_at, life.1.5 AS price,
  life.2 AS state, mapContains(moves, concat(life.3, ' ', step)) AS is_legal
FROM
(
  SELECT
    rental_id, any(copy_id) AS copy_id, any(product_id) AS product_id, anyIf(user_id, user_id != '') AS customer_id,
    groupArraySorted(1000)((occurred_at, offset, toString(type), event.due_at, ifNull(event.price, 0))) AS steps,
    arrayFold((states, one) -> arrayPushBack(states, if(mapContains(moves, concat(states[-1], ' ', one.3)), moves[concat(states[-1], ' ', one.3)], states[-1])), steps, ['none']) AS states
  FROM raw.rentals AS event
  WHERE type NOT IN ('deposit_taken', 'deposit_returned')
  GROUP BY rental_id
)
ARRAY JOIN arrayZip(steps, arrayPopFront(states), arrayPopBack(states)) AS life

-- then

-- One row is the deposit of a rental.
CREATE VIEW IF NOT EXISTS mart.rental_deposits AS
SELECT
  rental_id, any(copy_id) AS copy_id, sumIf(amount, type = 'deposit_taken') - sumIf(amount, type = 'deposit_returned') AS deposit_held,
  any(event.currency) AS currency, max(occurred_at) AS changed_at
FROM raw.rentals AS event
WHERE type IN ('deposit_taken', 'deposit_returned')
GROUP BY rental_id

-- then

-- One row is a rental as it is now: its state after the last legal step, when it must be back by the last legal word on
-- that, and what it costs, which is nothing when it never happened.
CREATE VIEW IF NOT EXISTS mart.rentals AS
SELECT
  rental_id, any(life.copy_id) AS copy_id, any(product_id) AS product_id, any(customer_id) AS customer_id,
  argMax(life.state, (life.occurred_at, life.offset)) AS state, countIf(NOT is_legal) AS illegal_steps,
  minIf(life.occurred_at, is_legal AND step = 'rental_started') AS started_at,
  argMaxIf(life.due_at, (life.occurred_at, life.offset), is_legal AND step IN ('rental_started', 'rental_renewed')) AS due_at,
  maxIf(life.occurred_at, is_legal AND step IN ('rental_returned', 'rental_reversed', 'rental_lost')) AS ended_at,
  if(state = 'reversed', 0, sumIf(life.price, is_legal)) AS charged_amount, any(deposits.deposit_held) AS deposit_held,
  max(life.occurred_at) AS changed_at
FROM mart.rental_timeline AS life
LEFT JOIN mart.rental_deposits AS deposits USING (rental_id)
GROUP BY rental_id

-- then

-- One row is something that a shop's systems should not have said. It is kept, it moves nothing, and somebody should look.
CREATE VIEW IF NOT EXISTS mart.flags AS
SELECT 'order' AS subject, order_id AS subject_id, occurred_at, concat(step, ' may not follow ', state) AS problem
FROM mart.order_timeline
WHERE NOT is_legal
UNION ALL
SELECT 'rental', rental_id, occurred_at, concat(step, ' may not follow ', state) FROM mart.rental_timeline WHERE NOT is_legal
UNION ALL
SELECT 'rental', rental_id, changed_at, concat('its deposit is ', toString(deposit_held)) FROM mart.rental_deposits WHERE deposit_held < 0
UNION ALL
SELECT 'copy', copy_id, started_at, concat('went out as ', rental_id, ' while it was out')
FROM
(
  SELECT copy_id, rental_id, started_at, max(if(state = 'out', toDateTime64('2299-01-01 00:00:00', 3, 'UTC'), ended_at)) OVER
    (PARTITION BY copy_id ORDER BY started_at, rental_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier_ended_at
  FROM mart.rentals
  WHERE state NOT IN ('none', 'reversed')
)
WHERE earlier_ended_at > started_at
UNION ALL
SELECT 'product', product_id, max(occurred_at), 'its stock was initialised more than once'
FROM mart.stock_movements
WHERE movement = 'stock_initialised'
GROUP BY product_id
HAVING count() > 1
UNION ALL
SELECT 'product', product_id, moved_at, concat('on hand ', toString(on_hand), ', reserved ', toString(reserved))
FROM mart.stock_levels
WHERE on_hand < 0 OR reserved < 0

-- then

-- One row is a line that counts as trade: at capture when it was sold, on the refund's day when it came back. Of a step that
-- may not be (a second order under one number, a payment after the cancellation) nothing counts.
CREATE VIEW IF NOT EXISTS mart.sales AS
WITH
  paid AS
  (
    SELECT order_id, min(occurred_at) AS paid_at FROM mart.order_timeline WHERE is_legal AND step = 'order_paid' GROUP BY order_id
  ),
  illegal AS
  (
    SELECT order_id, offset FROM mart.order_timeline WHERE NOT is_legal
  )
SELECT
  toDate(if(movement = 'order_placed', paid_at, occurred_at), '${SHOP_TIME_ZONE}') AS day,
  order_id, line_id, movement, customer_id, country, channel, kind, product_id, quantity, amount, currency
FROM mart.order_lines
LEFT JOIN paid USING (order_id)
WHERE (movement = 'order_refunded' OR paid_at > toDateTime64(0, 3, 'UTC')) AND (order_id, offset) NOT IN illegal

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
