-- One row is a product in an answer, seen on a page, or clicked. A view: it reads all behaviour of the days asked for.
CREATE VIEW IF NOT EXISTS mart.recommendations
(
  day Date COMMENT 'Day, in the shop''s zone',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When',
  recommendation_id String COMMENT 'The answer of the API',
  step LowCardinality(String) COMMENT 'served, viewed or clicked',
  product_id String COMMENT 'Product in it'
)
AS
SELECT
  toDate(occurred_at, '${SHOP_TIME_ZONE}') AS day, occurred_at, recommendation_id,
  transform(toString(type), ['recommendation_served', 'recommendation_viewed', 'recommendation_clicked'], ['served', 'viewed', 'clicked'], '') AS step,
  arrayJoin(if(type = 'recommendation_clicked', [product_id], product_ids)) AS product_id
FROM raw.behaviour
WHERE type IN ('recommendation_served', 'recommendation_viewed', 'recommendation_clicked') AND NOT is_bot
COMMENT 'Products that were recommended: served, viewed, clicked. Bots are left out'

-- then

-- One row is a product that a model put in a place on a day, with what came of it. All steps count on the day on which the
-- answer was served, and at most once for each product of an answer. Bought is what the same visitor ordered, and paid, of
-- the same work within 24 hours after the click; the last click before the order has it. A guest who logs in within 24 hours
-- is the same visitor. Refunds change nothing of it.
CREATE VIEW IF NOT EXISTS mart.recommendation_outcomes
(
  day Date COMMENT 'Day of the answer, in the shop''s zone',
  placement String COMMENT 'Where on the page, as the shop names it; empty when it does not',
  source String COMMENT 'The model that named the product',
  product_id String COMMENT 'Product',
  served UInt64 COMMENT 'Answers with the product; bots are left out',
  viewed UInt64 COMMENT 'Answers in which it came into view',
  clicked UInt64 COMMENT 'Answers in which it was clicked',
  bought UInt64 COMMENT 'Answers of which the product''s work was ordered within 24 hours after the click, and paid',
  units Int64 COMMENT 'Units so ordered',
  amounts Map(String, Decimal(38, 4)) COMMENT 'Gross amount of those units, by currency',
  view_rate Nullable(Float64) COMMENT 'viewed ÷ served',
  click_rate Nullable(Float64) COMMENT 'clicked ÷ viewed',
  buy_rate Nullable(Float64) COMMENT 'bought ÷ clicked'
)
AS
WITH
  answers AS
  (
    SELECT
      recommendation_id, argMinIf((toDate(occurred_at, '${SHOP_TIME_ZONE}'), toString(event.placement), event.product_ids, event.sources), (occurred_at, offset), type = 'recommendation_served') AS served,
      groupUniqArrayArrayIf(event.product_ids, type = 'recommendation_viewed') AS viewed, groupUniqArrayIf(event.product_id, type = 'recommendation_clicked') AS clicked
    FROM raw.behaviour AS event
    WHERE type IN ('recommendation_served', 'recommendation_viewed', 'recommendation_clicked') AND NOT is_bot
    GROUP BY recommendation_id
    HAVING countIf(type = 'recommendation_served') > 0
  ),
  works AS (SELECT product_id, work_id FROM mart.products),
  logins AS (SELECT anonymous_id, occurred_at AS logged_in_at, customer_id AS logged_in_as FROM raw.customers WHERE type = 'customer_logged_in' AND anonymous_id != ''),
  clicks AS
  (
    SELECT
      multiIf(user_id != '', user_id, logged_in_as != '' AND logged_in_at <= occurred_at + INTERVAL 24 HOUR, logged_in_as, event.anonymous_id) AS visitor,
      if(works.work_id = '', event.product_id, works.work_id) AS clicked_work, occurred_at AS clicked_at, recommendation_id, event.product_id AS clicked_product
    FROM raw.behaviour AS event
    LEFT JOIN works ON works.product_id = event.product_id
    ASOF LEFT JOIN logins ON logins.anonymous_id = event.anonymous_id AND event.occurred_at <= logins.logged_in_at
    WHERE type = 'recommendation_clicked' AND NOT is_bot
  ),
  placed AS
  (
    SELECT order_id, argMin(if(user_id != '', user_id, anonymous_id), (occurred_at, offset)) AS visitor, min(occurred_at) AS placed_at
    FROM raw.orders
    WHERE type = 'order_placed' AND (user_id != '' OR anonymous_id != '')
    GROUP BY order_id
  ),
  sold AS
  (
    SELECT order_id, currency, if(works.work_id = '', toString(sales.product_id), works.work_id) AS sold_work, sum(units_sold) AS units, sum(gross_amount) AS amount
    FROM mart.sales AS sales
    LEFT JOIN works ON works.product_id = sales.product_id
    WHERE movement = 'order_placed' AND kind = 'product' AND order_id IN (SELECT order_id FROM placed WHERE visitor IN (SELECT visitor FROM clicks))
    GROUP BY order_id, currency, sold_work
    HAVING units > 0
  ),
  purchases AS
  (
    SELECT recommendation_id, clicked_product, sum(units) AS units_bought, sumMap(map(toString(currency), amount)) AS amounts_bought
    FROM (SELECT visitor, placed_at, currency, sold_work, units, amount FROM sold INNER JOIN placed USING (order_id)) AS bought
    ASOF INNER JOIN clicks ON clicks.visitor = bought.visitor AND clicks.clicked_work = bought.sold_work AND bought.placed_at >= clicks.clicked_at
    WHERE placed_at <= clicked_at + INTERVAL 24 HOUR
    GROUP BY recommendation_id, clicked_product
  )
SELECT
  day, placement, source, product_id, count() AS served, countIf(is_viewed) AS viewed, countIf(is_clicked) AS clicked, countIf(units_bought > 0) AS bought,
  sum(units_bought) AS units, sumMap(amounts_bought) AS amounts,
  viewed / nullIf(served, 0) AS view_rate, clicked / nullIf(viewed, 0) AS click_rate, bought / nullIf(clicked, 0) AS buy_rate
FROM
(
  SELECT
    recommendation_id, answers.served.1 AS day, answers.served.2 AS placement, arrayJoin(arrayDistinct(answers.served.3)) AS product_id,
    toString(answers.served.4[indexOf(answers.served.3, product_id)]) AS source, has(answers.viewed, product_id) AS is_viewed, has(answers.clicked, product_id) AS is_clicked
  FROM answers
) AS named
LEFT JOIN purchases ON purchases.recommendation_id = named.recommendation_id AND purchases.clicked_product = named.product_id
GROUP BY day, placement, source, product_id
-- It may use the disk, so that many answers fit into an analyst's memory.
SETTINGS max_bytes_before_external_group_by = 30000000
COMMENT 'What came of recommendations: served, seen, clicked, bought'
