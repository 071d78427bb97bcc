-- One row is an order that the sales job has to look at in one run. The key serves the run.
CREATE TABLE IF NOT EXISTS ops.sales_due
(
  run String COMMENT 'Run of the job, or of the proof',
  order_id String COMMENT 'Order, or credit note',
  noted_at DateTime DEFAULT now() COMMENT 'When; gone a day later'
)
ENGINE = MergeTree
ORDER BY (run, order_id)
TTL noted_at + INTERVAL 1 DAY
COMMENT 'Orders whose lines are compared with mart.sales'

-- then

-- One row is a range of the log that the sales job has done with. The key serves the end of each.
CREATE TABLE IF NOT EXISTS ops.sales_progress
(
  topic LowCardinality(String) COMMENT 'Log topic',
  partition UInt16 COMMENT 'Partition of the topic',
  epoch UInt32 COMMENT '0, or the number of the replay',
  next_offset UInt64 COMMENT 'Offset after the range',
  done_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When mart.sales held all of it'
)
ENGINE = MergeTree
ORDER BY (topic, partition, epoch, next_offset)
COMMENT 'What mart.sales is made of so far'

-- then

-- One row is a line that counts as trade, or its correction: a line is never changed, a second row takes back what is
-- wrong. So sums are right, whatever they are grouped by. The projections hold sums by day, and the engine reads those
-- whenever they suffice; those of products begin with the product, so that one of them is found fast, and are kept by
-- month, too, for whoever asks by toStartOfMonth(day) alone. The key serves the lines of an order.
CREATE TABLE IF NOT EXISTS mart.sales
(
  day Date COMMENT 'Business day, in the shop''s zone: of payment for what was sold, of the refund for what came back',
  hour DateTime('UTC') COMMENT 'When its hour began, in the shop''s zone',
  sold_at DateTime64(3, 'UTC') COMMENT 'When it was paid, or refunded',
  order_id String COMMENT 'Order, or credit note',
  line_id UInt32 COMMENT 'Line of the order',
  movement LowCardinality(String) COMMENT 'order_placed or order_refunded',
  partition UInt16 COMMENT 'Partition of its step in the log',
  offset UInt64 COMMENT 'Place of its step in the log',
  customer_id String COMMENT 'Pseudonym; empty for guests',
  country LowCardinality(String) COMMENT 'Where the customer is',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental',
  kind LowCardinality(String) COMMENT 'product, postage, fee, discount, manual, sample, voucher or bad_debt',
  product_id LowCardinality(String) COMMENT 'Product; empty on other kinds of line',
  category LowCardinality(String) COMMENT 'Of the product, when it was sold; empty when unknown',
  format LowCardinality(String) COMMENT 'Of the product: cd, vinyl, dvd …; empty when unknown',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  ${SALES_COLUMNS},
  PROJECTION by_market
  (
    SELECT day, country, channel, kind, currency, ${SALES_SUMS}
    GROUP BY day, country, channel, kind, currency
  ),
  PROJECTION by_hour
  (
    SELECT day, hour, channel, kind, currency, ${SALES_SUMS}
    GROUP BY day, hour, channel, kind, currency
  ),
  PROJECTION by_category
  (
    SELECT day, category, format, channel, kind, currency, ${SALES_SUMS}
    GROUP BY day, category, format, channel, kind, currency
  ),
  PROJECTION by_product
  (
    SELECT product_id, day, category, format, kind, currency, ${SALES_SUMS}
    GROUP BY product_id, day, category, format, kind, currency
  ),
  PROJECTION by_product_month
  (
    SELECT product_id, toStartOfMonth(day), category, format, kind, currency, ${SALES_SUMS}
    GROUP BY product_id, toStartOfMonth(day), category, format, kind, currency
  )
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (order_id, line_id, movement)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Lines that count as trade: sold at payment, refunded on the day of the refund. Sum its columns'

-- then

-- One row is a line of the run's orders that counts as trade by all that is stored: at capture when it was sold, on the
-- refund's day when it came back. Of a step that may not be (a second order under one number, a payment after the
-- cancellation), or that the timeline leaves out, nothing counts. Cost and category are those that held when it was sold,
-- or the first that were known. A line_id may come twice in a step.
CREATE VIEW IF NOT EXISTS ops.sales_expected AS
WITH
  lives AS
  (
    SELECT order_id, minIf(occurred_at, is_legal AND step = 'order_paid') AS paid_at, groupArrayIf(offset, is_legal AND step IN ('order_placed', 'order_refunded')) AS legal
    FROM mart.order_timeline
    WHERE order_id IN (SELECT order_id FROM ops.sales_due WHERE run = {run: String})
    GROUP BY order_id
  ),
  counted AS
  (
    SELECT *, movement = 'order_placed' AS is_sale, if(is_sale, paid_at, occurred_at) AS sold_at, kind = 'product' AS is_product
    FROM mart.order_lines
    LEFT JOIN lives USING (order_id)
    WHERE order_id IN (SELECT order_id FROM ops.sales_due WHERE run = {run: String})
      AND (movement = 'order_refunded' OR paid_at > toDateTime64(0, 3, 'UTC')) AND has(legal, offset)
  ),
  described AS
  (
    SELECT
      product_id, if(row_number() OVER (PARTITION BY product_id ORDER BY valid_from) = 1, toDateTime64('1900-01-01 00:00:00', 3, 'UTC'), valid_from) AS held_from,
      category, format, unit_cost, cost_is_simulated
    FROM mart.product_history
    WHERE product_id IN
    (
      SELECT product_id
      FROM mart.order_lines
      WHERE order_id IN (SELECT order_id FROM ops.sales_due WHERE run = {run: String}) AND product_id != ''
    )
  )
SELECT
  toDate(sold_at, '${SHOP_TIME_ZONE}') AS day, toTimeZone(toStartOfHour(toTimeZone(sold_at, '${SHOP_TIME_ZONE}')), 'UTC') AS hour, sold_at,
  order_id, line_id, movement, partition, offset, customer_id, country, channel, kind, counted.product_id AS product_id, category, format, currency,
  if(is_sale, amount, 0) AS gross_amount, if(is_sale, 0, amount) AS refund_amount, amount AS net_amount, if(is_sale AND kind = 'discount', amount, 0) AS discount_amount,
  if(is_product, quantity * toDecimal128(ifNull(unit_cost, 0), 4), 0) AS cost_amount, if(is_product AND isNotNull(unit_cost), amount, 0) AS costed_amount,
  if(is_sale AND is_product, quantity, 0) AS units_sold, if(NOT is_sale AND is_product, quantity, 0) AS units_refunded,
  is_sale AND row_number() OVER (PARTITION BY order_id ORDER BY is_sale DESC, line_id, kind, product_id) = 1 AS order_count, 1 AS line_count, cost_is_simulated
FROM counted
ASOF LEFT JOIN described ON counted.product_id = described.product_id AND counted.sold_at >= described.held_from

-- then

-- One row is what mart.sales lacks of the run's orders, or has too much. None: it is right.
CREATE VIEW IF NOT EXISTS ops.sales_corrections AS
SELECT
  day, hour, sold_at, order_id, line_id, movement, partition, offset, max(lines.customer_id) AS customer_id,
  country, channel, kind, product_id, category, format, currency,
  ${SALES_CORRECTIONS}, cost_is_simulated
FROM
(
  SELECT
    day, hour, sold_at, order_id, line_id, movement, partition, offset, customer_id, country, channel, kind, product_id, category, format, currency,
    gross_amount, refund_amount, net_amount, discount_amount, cost_amount, costed_amount,
    units_sold, units_refunded, order_count, line_count, cost_is_simulated
  FROM ops.sales_expected(run = {run: String})
  UNION ALL
  SELECT
    day, hour, sold_at, order_id, line_id, movement, partition, offset, customer_id, country, channel, kind, product_id, category, format, currency,
    -gross_amount, -refund_amount, -net_amount, -discount_amount, -cost_amount, -costed_amount,
    -units_sold, -units_refunded, -order_count, -line_count, cost_is_simulated
  FROM mart.sales
  WHERE order_id IN (SELECT order_id FROM ops.sales_due WHERE run = {run: String})
) AS lines
GROUP BY day, hour, sold_at, order_id, line_id, movement, partition, offset, country, channel, kind, product_id, category, format, currency, cost_is_simulated
HAVING
  gross_amount != 0 OR refund_amount != 0 OR discount_amount != 0 OR cost_amount != 0 OR costed_amount != 0
  OR units_sold != 0 OR units_refunded != 0 OR order_count != 0 OR line_count != 0

-- then

-- Its rows are lines: sum them, grouped as you like, and the engine reads the sums of days that mart.sales keeps by its
-- dimensions. (A view that grouped would do so before every question, and be twenty times slower.)
CREATE VIEW IF NOT EXISTS mart.sales_by_day
(
  day Date COMMENT 'Business day, in the shop''s zone',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental',
  kind LowCardinality(String) COMMENT 'product, postage, fee, discount, manual, sample, voucher or bad_debt',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  ${SALES_COLUMNS}
)
AS
SELECT day, channel, kind, currency, ${SALES_NAMES}
FROM mart.sales
COMMENT 'Sales by business day. Sum its columns'

-- then

CREATE VIEW IF NOT EXISTS mart.sales_by_hour
(
  day Date COMMENT 'Business day, in the shop''s zone',
  hour DateTime('UTC') COMMENT 'When the hour began, in the shop''s zone',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental',
  kind LowCardinality(String) COMMENT 'product, postage, fee, discount, manual, sample, voucher or bad_debt',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  ${SALES_COLUMNS}
)
AS
SELECT day, hour, channel, kind, currency, ${SALES_NAMES}
FROM mart.sales
COMMENT 'Sales by hour. Sum its columns'

-- then

CREATE VIEW IF NOT EXISTS mart.sales_by_product
(
  day Date COMMENT 'Business day, in the shop''s zone',
  product_id LowCardinality(String) COMMENT 'Product; empty on other kinds of line',
  category LowCardinality(String) COMMENT 'Of the product, when it was sold; empty when unknown',
  format LowCardinality(String) COMMENT 'Of the product: cd, vinyl, dvd …; empty when unknown',
  kind LowCardinality(String) COMMENT 'product, postage, fee, discount, manual, sample, voucher or bad_debt',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  ${SALES_COLUMNS}
)
AS
SELECT day, product_id, category, format, kind, currency, ${SALES_NAMES}
FROM mart.sales
COMMENT 'Sales by product and day. Sum its columns'

-- then

CREATE VIEW IF NOT EXISTS mart.sales_by_category
(
  day Date COMMENT 'Business day, in the shop''s zone',
  category LowCardinality(String) COMMENT 'Of the product, when it was sold; empty when unknown',
  format LowCardinality(String) COMMENT 'Of the product: cd, vinyl, dvd …; empty when unknown',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental',
  kind LowCardinality(String) COMMENT 'product, postage, fee, discount, manual, sample, voucher or bad_debt',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  ${SALES_COLUMNS}
)
AS
SELECT day, category, format, channel, kind, currency, ${SALES_NAMES}
FROM mart.sales
COMMENT 'Sales by category and format. Sum its columns'

-- then

CREATE VIEW IF NOT EXISTS mart.sales_by_country
(
  day Date COMMENT 'Business day, in the shop''s zone',
  country LowCardinality(String) COMMENT 'Where the customer is',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental',
  kind LowCardinality(String) COMMENT 'product, postage, fee, discount, manual, sample, voucher or bad_debt',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  ${SALES_COLUMNS}
)
AS
SELECT day, country, channel, kind, currency, ${SALES_NAMES}
FROM mart.sales
COMMENT 'Sales by country and channel. Sum its columns'
