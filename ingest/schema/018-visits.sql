-- One row is a visit. Its days are the shop's, and a visit ends with the day: so a question about some days reads those
-- only. What carries a session_id belongs to that session. What carries none goes with what the same visitor did within 30
-- minutes before it, or begins a session. A guest who logs in later on that day is one visitor with the customer.
CREATE VIEW IF NOT EXISTS mart.sessions
(
  day Date COMMENT 'Day, in the shop''s zone. Ask for some days: sessions are made from the events when they are asked for',
  session_id String COMMENT 'As the sender names it, or else made up here',
  is_named Bool COMMENT 'Whether the sender named it',
  customer_id String COMMENT 'Pseudonym of who was logged in; empty for guests',
  started_at DateTime64(3, 'UTC') COMMENT 'Its first event',
  ended_at DateTime64(3, 'UTC') COMMENT 'Its last event',
  events UInt64 COMMENT 'What the visitor did: views, clicks, searches, cart and so on; answers of the API and bots are left out',
  product_views UInt64 COMMENT 'Product pages opened',
  searches UInt64 COMMENT 'Searches',
  clicks UInt64 COMMENT 'Products clicked, in lists and recommendations',
  cart_adds UInt64 COMMENT 'Times that something was put in the cart',
  viewed Bool COMMENT 'Whether a product page was opened',
  added_to_cart Bool COMMENT 'Whether something was put in the cart',
  ordered Bool COMMENT 'Whether an order was placed, paid or not',
  order_ids Array(String) COMMENT 'Orders placed: by their session_id, or else by the visitor as above; orders of the web, or of no known channel'
)
AS
SELECT
  day, if(max(said) != '', max(said), lower(hex(assumeNotNull(session)))) AS session_id, toBool(max(said) != '') AS is_named, max(acts.user_id) AS customer_id, min(occurred_at) AS started_at, max(occurred_at) AS ended_at,
  countIf(rank = 0) AS events, countIf(type = 'product_viewed') AS product_views, countIf(type = 'searched') AS searches,
  countIf(type IN ('product_clicked', 'recommendation_clicked')) AS clicks, countIf(type = 'cart_added') AS cart_adds,
  toBool(product_views > 0) AS viewed, toBool(cart_adds > 0) AS added_to_cart, toBool(notEmpty(order_ids)) AS ordered, arraySort(groupUniqArrayIf(order_id, rank = 1)) AS order_ids
FROM
(
  SELECT
    *, anyLast(if(said != '', cityHash64(said), if(is_break, cityHash64(visitor, occurred_at, rank, offset), NULL)))
      OVER (PARTITION BY day, visitor ORDER BY occurred_at, rank, offset ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS session
  FROM
  (
    SELECT
      *, occurred_at - lagInFrame(occurred_at) OVER (PARTITION BY day, visitor ORDER BY occurred_at, rank, offset ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) > 1800 AS is_break
    FROM
    (
      SELECT
        day, cityHash64(multiIf(user_id != '', user_id, logged_in_as != '' AND toDate(logged_in_at, '${SHOP_TIME_ZONE}') = day, logged_in_as, events.anonymous_id)) AS visitor,
        occurred_at, rank, offset, session_id AS said, user_id, type, order_id
      FROM
      (
        SELECT toDate(occurred_at, '${SHOP_TIME_ZONE}') AS day, occurred_at, 0 AS rank, offset, session_id, user_id, anonymous_id, type, '' AS order_id
        FROM raw.behaviour
        WHERE NOT is_bot AND type != 'recommendation_served'
        UNION ALL
        SELECT toDate(occurred_at, '${SHOP_TIME_ZONE}'), occurred_at, 1, offset, session_id, user_id, anonymous_id, type, order_id
        FROM raw.orders
        WHERE type = 'order_placed' AND channel IN ('', 'web') AND (user_id != '' OR anonymous_id != '' OR session_id != '')
      ) AS events
      ASOF LEFT JOIN
      (
        SELECT anonymous_id, occurred_at AS logged_in_at, customer_id AS logged_in_as
        FROM raw.customers
        WHERE type = 'customer_logged_in' AND anonymous_id != ''
      ) AS logins ON logins.anonymous_id = events.anonymous_id AND events.occurred_at <= logins.logged_in_at
    )
  )
) AS acts
GROUP BY day, session
HAVING events > 0
-- Of a year the sorting does not fit into an analyst's memory, so it may use the disk: four million events take three seconds.
SETTINGS max_bytes_before_external_sort = 30000000, max_bytes_before_external_group_by = 30000000
COMMENT 'Visits: what was looked at, put in the cart and ordered in each'

-- then

-- One row is a day with how far its sessions came. A session counts at most once at each step.
CREATE VIEW IF NOT EXISTS mart.funnel_daily
(
  day Date COMMENT 'Day, in the shop''s zone',
  sessions UInt64 COMMENT 'Sessions',
  viewed UInt64 COMMENT 'Sessions in which a product page was opened',
  added_to_cart UInt64 COMMENT 'Sessions in which something was put in the cart',
  ordered UInt64 COMMENT 'Sessions in which an order was placed',
  view_rate Nullable(Float64) COMMENT 'viewed ÷ sessions',
  cart_rate Nullable(Float64) COMMENT 'Sessions that viewed and added to the cart ÷ viewed',
  order_rate Nullable(Float64) COMMENT 'Sessions that added to the cart and ordered ÷ added_to_cart',
  conversion Nullable(Float64) COMMENT 'ordered ÷ sessions'
)
AS
SELECT
  day, count() AS sessions, countIf(visits.viewed) AS viewed, countIf(visits.added_to_cart) AS added_to_cart, countIf(visits.ordered) AS ordered,
  viewed / nullIf(sessions, 0) AS view_rate, countIf(visits.viewed AND visits.added_to_cart) / nullIf(viewed, 0) AS cart_rate,
  countIf(visits.added_to_cart AND visits.ordered) / nullIf(added_to_cart, 0) AS order_rate, ordered / nullIf(sessions, 0) AS conversion
FROM mart.sessions AS visits
GROUP BY day
COMMENT 'From the visit to the order, day by day'

-- then

-- One row is what was searched for on a day. Small and capital letters and the length of spaces make no difference.
CREATE VIEW IF NOT EXISTS mart.searches
(
  day Date COMMENT 'Day, in the shop''s zone',
  query String COMMENT 'Search text in small letters, with single spaces',
  searches UInt64 COMMENT 'Times that it was searched for; bots are left out',
  visitors UInt64 COMMENT 'Visitors who did',
  zero_result_searches UInt64 COMMENT 'Searches that found nothing',
  zero_result_rate Nullable(Float64) COMMENT 'zero_result_searches ÷ searches',
  clicked_searches UInt64 COMMENT 'Searches after which the visitor clicked or opened a product within 30 minutes, on the same day and before the next search',
  click_rate Nullable(Float64) COMMENT 'clicked_searches ÷ searches'
)
AS
SELECT
  day, query, count() AS searches, uniqExact(visitor) AS visitors, countIf(found = 0) AS zero_result_searches, zero_result_searches / nullIf(searches, 0) AS zero_result_rate,
  countIf(is_clicked) AS clicked_searches, clicked_searches / nullIf(searches, 0) AS click_rate
FROM
(
  SELECT
    day, visitor, number, anyIf(text, type = 'searched') AS query, anyIf(result_count, type = 'searched') AS found, min(occurred_at) AS searched_at,
    minIf(occurred_at, type != 'searched') <= searched_at + INTERVAL 30 MINUTE AND countIf(type != 'searched') > 0 AS is_clicked
  FROM
  (
    SELECT
      toDate(occurred_at, '${SHOP_TIME_ZONE}') AS day, cityHash64(if(user_id != '', user_id, anonymous_id)) AS visitor, occurred_at, type, result_count,
      lowerUTF8(trim(replaceRegexpAll(event.query, '[\\s\\p{Z}]+', ' '))) AS text,
      countIf(type = 'searched') OVER (PARTITION BY day, visitor ORDER BY occurred_at, offset ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM raw.behaviour AS event
    WHERE NOT is_bot AND type IN ('searched', 'product_clicked', 'product_viewed')
  )
  WHERE number > 0
  GROUP BY day, visitor, number
)
GROUP BY day, query
SETTINGS max_bytes_before_external_sort = 30000000, max_bytes_before_external_group_by = 30000000
COMMENT 'What visitors search for, what finds nothing, and what leads to a product'
