-- One row is an order that was paid. What an order counts as is the sum of its lines in mart.sales; a credit note that
-- names no order is no basket.
CREATE VIEW IF NOT EXISTS mart.baskets
(
  order_id String COMMENT 'Order',
  day Date COMMENT 'Business day of the payment, in the shop''s zone',
  sold_at DateTime64(3, 'UTC') COMMENT 'When it was paid',
  customer_id String COMMENT 'Pseudonym; empty for guests',
  is_first_order Nullable(Bool) COMMENT 'Whether it is the customer''s first; null for guests',
  country String COMMENT 'Where the customer is',
  channel String COMMENT 'web, store, wholesale or rental; empty when unknown',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  lines Int64 COMMENT 'Lines of the order, charges and discounts included',
  products UInt64 COMMENT 'Distinct products',
  works UInt64 COMMENT 'Distinct works: editions of one work count once',
  units Int64 COMMENT 'Units of products sold',
  gross_amount Decimal(38, 4) COMMENT 'Sold, discounts taken off, before refunds',
  discount_amount Decimal(38, 4) COMMENT 'Discount lines, as a negative amount; part of gross_amount',
  refund_amount Decimal(38, 4) COMMENT 'Given back under this order''s number until now, as a negative amount',
  net_amount Decimal(38, 4) COMMENT 'gross_amount + refund_amount',
  cost_amount Decimal(38, 4) COMMENT 'What the goods cost the shop, less those that came back'
)
AS
SELECT
  order_id, sold_day AS day, sold_at, customer_id,
  if(customer_id = '', NULL, toBool(row_number() OVER (PARTITION BY customer_id ORDER BY sold_at, order_id) = 1)) AS is_first_order,
  country, channel, currency, lines, products, works, units, gross_amount, discount_amount, refund_amount, net_amount, cost_amount
FROM
(
  SELECT
    order_id, currency, maxIf(day, is_sale) AS sold_day, maxIf(at, is_sale) AS sold_at, max(customer_id) AS customer_id, maxIf(country, is_sale) AS country, maxIf(channel, is_sale) AS channel,
    sumIf(lines, is_sale) AS lines, maxIf(products, is_sale) AS products, maxIf(works, is_sale) AS works, sum(units) AS units,
    sum(gross_amount) AS gross_amount, sum(discount_amount) AS discount_amount, sum(refund_amount) AS refund_amount, sum(net_amount) AS net_amount, sum(cost_amount) AS cost_amount
  FROM
  (
    -- Lines that were taken back leave nothing: a map of sums drops what sums to 0.
    SELECT
      order_id, currency, movement, day, sales.sold_at AS at, country, channel, max(sales.customer_id) AS customer_id, sum(order_count) > 0 AS is_sale, sum(line_count) AS lines,
      length(sumMapIf([cityHash64(product_id)], [toInt64(line_count)], kind = 'product').1) AS products,
      length(sumMapIf([cityHash64(if(work_id = '', toString(sales.product_id), work_id))], [toInt64(line_count)], kind = 'product').1) AS works,
      sum(units_sold) AS units, sum(sales.gross_amount) AS gross_amount, sum(sales.discount_amount) AS discount_amount,
      sum(sales.refund_amount) AS refund_amount, sum(sales.net_amount) AS net_amount, sum(sales.cost_amount) AS cost_amount
    FROM mart.sales AS sales
    LEFT JOIN (SELECT product_id, work_id FROM mart.products) AS product ON product.product_id = sales.product_id
    GROUP BY order_id, currency, movement, day, at, country, channel
  )
  GROUP BY order_id, currency
  HAVING countIf(is_sale) > 0
)
COMMENT 'Orders that were paid, one row each'

-- then

-- One row is a work and another that was bought with it. The key serves a work's companions.
CREATE TABLE IF NOT EXISTS mart.affinity
(
  work_id String COMMENT 'A work',
  other_work_id String COMMENT 'Another that was bought in the same order; each pair is here both ways round',
  orders_together UInt32 COMMENT 'Orders with both: at least 5',
  orders UInt32 COMMENT 'Orders with work_id',
  other_orders UInt32 COMMENT 'Orders with other_work_id',
  support Float64 COMMENT 'orders_together ÷ all orders that were counted',
  confidence Float64 COMMENT 'orders_together ÷ orders: how many who bought this bought the other, too',
  other_confidence Float64 COMMENT 'orders_together ÷ other_orders: the same the other way round',
  lift Float64 COMMENT 'support × counted orders² ÷ (orders × other_orders): 1 means no more often than by chance'
)
ENGINE = MergeTree
ORDER BY (work_id, other_work_id)
COMMENT 'Works bought in one order, recomputed once a day. Counted are paid orders with 1 to 100 works: larger ones say little of each pair, and would be most of the pairs'

-- then

-- A pair is counted as one number, for there are tens of millions. Its parts are the places of its works in the list of
-- those with orders enough: a pair cannot have more orders than each of its works. The job affinity refreshes it every day; by
-- itself the engine would do so once a year.
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.affinity_refresh REFRESH EVERY 1 YEAR TO mart.affinity EMPTY AS
WITH
  baskets AS
  (
    SELECT order_id, groupUniqArray(work_id) AS works
    FROM
    (
      SELECT order_id, work_id
      FROM mart.sales AS sales
      INNER JOIN (SELECT product_id, work_id FROM mart.products) AS product ON product.product_id = sales.product_id
      WHERE movement = 'order_placed' AND kind = 'product'
      GROUP BY order_id, work_id
      HAVING sum(units_sold) > 0
    )
    GROUP BY order_id
    HAVING length(works) <= 100
  ),
  (SELECT count() FROM baskets) AS order_count,
  (
    SELECT (groupArray(work_id), groupArray(toUInt32(orders)))
    FROM (SELECT arrayJoin(works) AS work_id, count() AS orders FROM baskets GROUP BY work_id HAVING orders >= 5 ORDER BY work_id)
  ) AS listed
SELECT
  listed.1[pair.1] AS work_id, listed.1[pair.2] AS other_work_id, orders_together, listed.2[pair.1] AS orders, listed.2[pair.2] AS other_orders,
  orders_together / order_count AS support, orders_together / orders AS confidence, orders_together / other_orders AS other_confidence,
  support * order_count * order_count / (toFloat64(orders) * other_orders) AS lift
FROM
(
  SELECT bitShiftRight(number, 32) AS first, bitAnd(number, 4294967295) AS second, arrayJoin([(first, second), (second, first)]) AS pair, toUInt32(together) AS orders_together
  FROM
  (
    SELECT arrayJoin(arrayFlatten(arrayMap((first, i) -> arrayMap(second -> bitOr(bitShiftLeft(toUInt64(first), 32), second), arraySlice(places, i + 1)), places, arrayEnumerate(places)))) AS number, count() AS together
    FROM (SELECT arraySort(arrayFilter(place -> place > 0, arrayMap(work -> indexOf(listed.1, work), works))) AS places FROM baskets)
    GROUP BY number
    HAVING together >= 5
  )
)
-- It may take its time: whoever asks questions meanwhile needs the other core.
SETTINGS max_threads = 1, max_bytes_before_external_group_by = 200000000
