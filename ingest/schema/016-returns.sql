-- One row is a line that was refunded, with the sale that it takes back: of the same order the same line, or else the first
-- line of the same product. A credit note that names no order has no sale: those columns are null.
CREATE VIEW IF NOT EXISTS mart.returns
(
  day Date COMMENT 'Business day of the refund, in the shop''s zone',
  refunded_at DateTime64(3, 'UTC') COMMENT 'When it was refunded',
  order_id String COMMENT 'Order, or credit note',
  line_id UInt32 COMMENT 'Line of the refund',
  customer_id String COMMENT 'Pseudonym; empty for guests',
  country LowCardinality(String) COMMENT 'Where the customer is',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental; empty when unknown',
  kind LowCardinality(String) COMMENT 'product, postage, fee, discount, manual, sample, voucher or bad_debt',
  product_id LowCardinality(String) COMMENT 'Product; empty on other kinds of line',
  category LowCardinality(String) COMMENT 'Of the product; empty when unknown',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  reason String COMMENT 'Why, in the sender''s words; empty when not said',
  units Int64 COMMENT 'Units of products refunded, as a positive number',
  refund_amount Decimal(38, 4) COMMENT 'Given back, as a negative amount',
  came_back_units Int64 COMMENT 'Units of this product that came back under the number of this order, whichever refund they belong to',
  sold_day Nullable(Date) COMMENT 'Business day of the sale. Return rate = units refunded of sales of a day ÷ units sold on that day, so it is by this column',
  days_between Nullable(Int32) COMMENT 'Days from sold_day to day',
  sold_units Nullable(Int64) COMMENT 'Units of that sale',
  sold_amount Nullable(Decimal(38, 4)) COMMENT 'Amount of that sale'
)
AS
WITH
  refunds AS
  (
    SELECT
      day, sales.sold_at AS refunded_at, order_id, line_id, partition, offset, country, channel, kind, product_id, category, currency,
      max(sales.customer_id) AS customer_id, -sum(units_refunded) AS units, sum(sales.refund_amount) AS refund_amount
    FROM mart.sales AS sales
    WHERE movement = 'order_refunded'
    GROUP BY day, refunded_at, order_id, line_id, partition, offset, country, channel, kind, product_id, category, currency
    HAVING sum(line_count) > 0
  ),
  sold AS
  (
    SELECT sold_order, sold_kind, sold_product, arraySort(groupArray((sold_line, sold_on, units, amount))) AS sales
    FROM
    (
      SELECT
        order_id AS sold_order, kind AS sold_kind, product_id AS sold_product, line_id AS sold_line, day AS sold_on,
        sum(units_sold) AS units, sum(gross_amount) AS amount
      FROM mart.sales
      WHERE movement = 'order_placed' AND order_id IN (SELECT order_id FROM mart.sales WHERE movement = 'order_refunded')
      GROUP BY sold_order, sold_kind, sold_product, sold_line, sold_on
      HAVING sum(line_count) > 0
    )
    GROUP BY sold_order, sold_kind, sold_product
  ),
  reasons AS
  (
    SELECT partition AS said_in, offset AS said_at, any(steps.reason) AS said
    FROM mart.order_steps AS steps
    WHERE step = 'order_refunded'
    GROUP BY said_in, said_at
  ),
  came_back AS
  (
    SELECT order_id AS back_order, one.product_id AS back_product, sum(one.quantity) AS back_units
    FROM raw.orders
    ARRAY JOIN returned AS one
    WHERE type = 'return_received'
    GROUP BY back_order, back_product
  )
SELECT
  day, refunded_at, order_id, line_id, customer_id, country, channel, kind, product_id, category, currency, said AS reason, units, refund_amount, back_units AS came_back_units,
  if(empty(sales), NULL, sale.2) AS sold_day, toInt32(day - sold_day) AS days_between, if(empty(sales), NULL, sale.3) AS sold_units, if(empty(sales), NULL, sale.4) AS sold_amount
FROM
(
  SELECT *, sales[greatest(arrayFirstIndex(one -> one.1 = line_id, sales), 1)] AS sale
  FROM refunds
  LEFT JOIN sold ON sold_order = order_id AND sold_kind = kind AND sold_product = product_id
  LEFT JOIN reasons ON said_in = partition AND said_at = offset
  LEFT JOIN came_back ON back_order = order_id AND back_product = product_id
)
COMMENT 'Refunded lines with the sales that they take back'
