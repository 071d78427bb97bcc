-- One row is a line of mart.sales on which less than the list price was charged: a discount line, or a product that was
-- sold below its list price. A correction of a line is a row of its own, as there: sum the columns.
CREATE VIEW IF NOT EXISTS mart.discounts
(
  day Date COMMENT 'Business day of the payment, in the shop''s zone',
  sold_at DateTime64(3, 'UTC') COMMENT 'When it was paid',
  order_id String COMMENT 'Order',
  line_id UInt32 COMMENT 'Line of the order',
  customer_id String COMMENT 'Pseudonym; empty for guests',
  country LowCardinality(String) COMMENT 'Where the customer is',
  channel LowCardinality(String) COMMENT 'web, store, wholesale or rental; empty when unknown',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  discount_kind String COMMENT 'discount_line; promotion (the product was on promotion when it was paid); below_list (another price below the list price)',
  promotion_id String COMMENT 'The promotion of that product that began last and was not over; empty when there was none',
  product_id LowCardinality(String) COMMENT 'Product; empty on discount lines, which are on an order as a whole',
  units_sold Int32 COMMENT 'Units of the product',
  list_price Nullable(Decimal(18, 4)) COMMENT 'List price when it was paid, in the same currency; null on discount lines',
  gross_amount Decimal(18, 4) COMMENT 'What was charged for the line',
  discount_amount Decimal(38, 4) COMMENT 'Given away, as a negative amount: the discount line, or gross_amount - units_sold × list_price'
)
AS
WITH
  prices AS (SELECT product_id, currency, valid_from, price FROM mart.price_history WHERE valid_from < valid_to),
  promotions AS
  (
    SELECT product_id, currency, starts_at, argMax((promotion_id, ends_at), offset) AS offer
    FROM
    (
      SELECT product_id, promotion_id, currency, starts_at, ends_at, offset
      FROM raw.catalogue
      WHERE type = 'promotion_scheduled'
      ORDER BY offset DESC
      LIMIT 1 BY product_id, promotion_id
    )
    GROUP BY product_id, currency, starts_at
  )
SELECT
  day, sold_at, order_id, line_id, customer_id, country, channel, currency,
  multiIf(kind = 'discount', 'discount_line', promotion_id != '', 'promotion', 'below_list') AS discount_kind,
  if(promotions.offer.2 > sold_at AND kind = 'product', promotions.offer.1, '') AS promotion_id,
  product_id, units_sold, if(kind = 'product', priced.price, NULL) AS list_price, gross_amount,
  if(kind = 'discount', toDecimal128(discount_amount, 4), gross_amount - units_sold * ifNull(priced.price, 0)) AS discount_amount
FROM
(
  SELECT sales.*, prices.price AS price
  FROM mart.sales AS sales
  ASOF LEFT JOIN prices ON prices.product_id = sales.product_id AND prices.currency = sales.currency AND sales.sold_at >= prices.valid_from
  WHERE movement = 'order_placed' AND kind IN ('product', 'discount')
) AS priced
ASOF LEFT JOIN promotions ON promotions.product_id = priced.product_id AND promotions.currency = priced.currency AND priced.sold_at >= promotions.starts_at
WHERE kind = 'discount' OR (isNotNull(priced.price) AND abs(gross_amount) < abs(units_sold) * priced.price)
COMMENT 'What was given away: discount lines, and products sold below their list price. Sum its columns'

-- then

-- One row is a promotion of a product, as it was last scheduled. Its time ends now at the latest, and the time before it has
-- the same length, so both sums are over equally many hours.
CREATE VIEW IF NOT EXISTS mart.promotions
(
  promotion_id String COMMENT 'The promotion',
  product_id String COMMENT 'Product',
  starts_at DateTime64(3, 'UTC') COMMENT 'When it begins',
  ends_at DateTime64(3, 'UTC') COMMENT 'When it ends',
  state String COMMENT 'scheduled, running or over',
  hours Float64 COMMENT 'Hours of it that are past: the length of both times',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  price Decimal(18, 4) COMMENT 'Price while it lasts',
  list_price Nullable(Decimal(18, 4)) COMMENT 'List price when it begins; null when there was none in this currency',
  units_before Int64 COMMENT 'Units sold in the time before, by time of payment',
  units_during Int64 COMMENT 'Units sold in its time',
  net_before Decimal(38, 4) COMMENT 'Sold less refunded in the time before, refunds by their own time',
  net_during Decimal(38, 4) COMMENT 'The same in its time',
  uplift Nullable(Float64) COMMENT 'units_during ÷ units_before - 1; null when none were sold before'
)
AS
WITH
  now64(3, 'UTC') AS at,
  promotions AS
  (
    SELECT
      product_id, promotion_id, starts_at, greatest(event.ends_at, starts_at) AS ends_at, event.price AS price, currency, greatest(toUnixTimestamp64Milli(least(ends_at, at)) - toUnixTimestamp64Milli(starts_at), 0) AS past_ms,
      fromUnixTimestamp64Milli(toUnixTimestamp64Milli(starts_at) - past_ms, 'UTC') AS before_from, fromUnixTimestamp64Milli(toUnixTimestamp64Milli(starts_at) + past_ms, 'UTC') AS during_to
    FROM raw.catalogue AS event
    WHERE type = 'promotion_scheduled'
    ORDER BY offset DESC
    LIMIT 1 BY product_id, promotion_id
  ),
  prices AS (SELECT product_id, currency, valid_from, price FROM mart.price_history WHERE valid_from < valid_to),
  sold AS
  (
    SELECT
      promotions.product_id AS product_id, promotions.promotion_id AS promotion_id,
      sumIf(sales.units_sold, sales.sold_at < starts_at) AS units_before, sumIf(sales.units_sold, sales.sold_at >= starts_at) AS units_during,
      sumIf(sales.net_amount, sales.sold_at < starts_at) AS net_before, sumIf(sales.net_amount, sales.sold_at >= starts_at) AS net_during
    FROM mart.sales AS sales
    INNER JOIN promotions ON promotions.product_id = sales.product_id AND promotions.currency = sales.currency
    WHERE sales.kind = 'product' AND sales.sold_at >= before_from AND sales.sold_at < during_to
    GROUP BY product_id, promotion_id
  )
SELECT
  promotions.promotion_id AS promotion_id, promotions.product_id AS product_id, starts_at, ends_at,
  multiIf(starts_at > at, 'scheduled', ends_at > at, 'running', 'over') AS state, past_ms / 3600000 AS hours,
  promotions.currency AS currency, assumeNotNull(promotions.price) AS price, prices.price AS list_price,
  sold.units_before AS units_before, sold.units_during AS units_during, sold.net_before AS net_before, sold.net_during AS net_during,
  units_during / nullIf(units_before, 0) - 1 AS uplift
FROM promotions
ASOF LEFT JOIN prices ON prices.product_id = promotions.product_id AND prices.currency = promotions.currency AND promotions.starts_at >= prices.valid_from
LEFT JOIN sold ON sold.product_id = promotions.product_id AND sold.promotion_id = promotions.promotion_id
COMMENT 'Promotions with what was sold during each and in the same time before it'
