-- One row is what a unit did with a product, once however often it did so, with the last time: a unit is an order, what
-- somebody rented, or a visit. An order that is told twice, and its further steps, are one order. What was given back in
-- full, by the order or by credit notes of the customer, is `given_back`. Of what somebody thinks of a work the last word
-- counts, and what they did with it before they disliked it is left out, as are programs, erased customers, and customers
-- for the time for which they refused. Behaviour is as of the last trade at most, so that a shop's clock is its trade.
-- Only the newest of each is read, and of one visitor's behaviour only so much, or a program could say what a shop likes. Units and visitors are numbers of 53 bits: millions of names would not fit into memory.
WITH
  toDateTime64('2299-01-01 00:00:00', 3, 'UTC') AS never,
  toDateTime64(0, 3, 'UTC') AS always,
  (name -> bitShiftRight(cityHash64(name), 11)) AS number_of,
  works AS (SELECT product_id, toLowCardinality(work_id) AS work_id FROM mart.products WHERE NOT retired),
  -- As profiles have it: after a refusal only what happened since it was taken back.
  usable AS
  (
    SELECT
      customer_id, maxIf(occurred_at, NOT ifNull(personalisation, true)) AS refused_at,
      arrayFilter(at -> at > refused_at, groupArrayIf(occurred_at, ifNull(personalisation, false))) AS allowed,
      multiIf(countIf(type = 'customer_erased') > 0, never, refused_at = always, always, empty(allowed), never, arrayMin(allowed)) AS usable_from
    FROM raw.customers
    WHERE type IN ('consent_changed', 'customer_erased')
    GROUP BY customer_id
  ),
  (SELECT min(at) FROM (SELECT occurred_at AS at FROM raw.orders WHERE type = 'order_placed' ORDER BY at DESC LIMIT {orders_max:UInt64})) AS orders_from,
  (SELECT min(at) FROM (SELECT occurred_at AS at FROM raw.rentals WHERE type = 'rental_started' ORDER BY at DESC LIMIT {orders_max:UInt64})) AS rentals_from,
  (SELECT min(at) FROM (SELECT occurred_at AS at FROM raw.behaviour WHERE type NOT IN ('recommendation_served', 'recommendation_viewed', 'list_viewed', 'searched') ORDER BY at DESC LIMIT {behaviour_events_max:UInt64})) AS newest_behaviour_from,
  greatest(newest_behaviour_from, least((SELECT max(occurred_at) FROM raw.behaviour), now64(3)) - INTERVAL {behaviour_days:UInt32} DAY) AS behaviour_from,
  greatest((SELECT max(occurred_at) FROM raw.orders WHERE type = 'order_placed'), (SELECT max(occurred_at) FROM raw.rentals WHERE type = 'rental_started')) AS last_trade,
  order_products AS
  (
    SELECT
      order_id, product_id, max(visitor) AS visitor, maxIf(occurred_at, type = 'order_placed') AS at,
      min(type != 'order_placed' OR only_given) AS is_gift,
      -- Each telling of an order has all of its lines.
      maxIf(units, type = 'order_placed') AS placed, greatest(sumIf(-units, type = 'order_refunded'), sumIf(units, type = 'return_received')) AS given_back
    FROM
    (
      SELECT
        number_of(concat('o:', order_id)) AS order_id, type, occurred_at, user_id, anonymous_id, one.1 AS product_id, one.2 AS units, one.3 = 0 AS only_given,
        if(user_id = '' AND anonymous_id = '', 0, number_of(if(user_id != '', concat('u:', user_id), concat('a:', anonymous_id)))) AS visitor,
        arrayFilter((one, kind) -> kind = 'product', arrayZip(lines.product_id, lines.quantity, lines.is_gift), lines.kind) AS sold,
        -- Sums by product of the units, and of the lines that are no gift. No list of the order stands in a lambda over another
        -- list of it: that would hold the one for each element of the other.
        arrayReduce('sumMap', [arrayConcat(sold.1, returned.product_id)], [arrayConcat(sold.2, returned.quantity)],
          [arrayConcat(arrayMap(is_gift -> toUInt32(NOT is_gift), sold.3), arrayMap(quantity -> toUInt32(1), returned.quantity))]) AS sums
      FROM raw.orders
      ARRAY JOIN arrayZip(sums.1, sums.2, sums.3) AS one
      WHERE type IN ('order_placed', 'order_refunded', 'return_received') AND occurred_at >= orders_from
    ) AS step
    LEFT JOIN usable ON usable.customer_id = step.user_id
    WHERE occurred_at >= usable_from
    GROUP BY order_id, product_id
  ),
  sales AS
  (
    SELECT order_id AS unit, visitor, product_id, at, multiIf(is_off OR given_back >= placed OR left_units <= 0, 'given_back', is_gift, 'given', 'bought') AS kind
    FROM
    (
      SELECT
        *, order_id IN (SELECT number_of(concat('o:', order_id)) FROM raw.orders WHERE type = 'order_cancelled') AS is_off,
        sum(if(is_off, 0, placed - given_back)) OVER (PARTITION BY if(visitor = 0, order_id, visitor), product_id) AS left_units
      FROM order_products
    )
    WHERE placed > 0
  ),
  rentals AS
  (
    SELECT number_of(concat('r:', user_id)) AS unit, number_of(concat('u:', user_id)) AS visitor, product_id, max(occurred_at) AS at, 'rented' AS kind
    FROM raw.rentals
    LEFT JOIN usable ON usable.customer_id = rentals.user_id
    WHERE type = 'rental_started' AND user_id != '' AND occurred_at >= greatest(usable_from, rentals_from)
      AND rental_id NOT IN (SELECT rental_id FROM raw.rentals WHERE type = 'rental_reversed')
    GROUP BY user_id, product_id
  ),
  seen AS
  (
    SELECT
      number_of(if(session_id != '', concat('s:', session_id), concat(visitor_name, ' ', toString(toDate(occurred_at))))) AS unit,
      if(user_id != '', concat('u:', user_id), concat('a:', anonymous_id)) AS visitor_name, number_of(visitor_name) AS visitor, product_id, occurred_at, offset, type,
      if(type = 'cart_removed', -1, 1) * quantity AS units,
      multiIf(
        type = 'feedback_given', toString(feedback), type = 'product_rated', multiIf(rating >= 4, 'rated_high', rating = 3, 'rated_middling', 'rated_low'),
        type = 'product_viewed', 'viewed', type = 'wishlist_added', 'wished', type IN ('cart_added', 'cart_removed'), 'carted', 'clicked') AS kind
    FROM raw.behaviour
    LEFT JOIN usable ON usable.customer_id = behaviour.user_id
    WHERE type IN ('product_viewed', 'product_clicked', 'recommendation_clicked', 'cart_added', 'cart_removed', 'wishlist_added', 'product_rated', 'feedback_given')
      AND NOT is_bot AND (user_id != '' OR anonymous_id != '') AND occurred_at >= greatest(usable_from, behaviour_from)
    ORDER BY behaviour.occurred_at DESC, offset DESC
    LIMIT {visitor_events_max:UInt64} BY visitor
  ),
  opinions AS
  (
    SELECT visitor, work_id, argMax((unit, kind), (occurred_at, offset)) AS last, max(occurred_at) AS at, last.2 IN ('not_for_me', 'rated_low') AS is_against
    FROM seen
    INNER JOIN works USING (product_id)
    WHERE type IN ('product_rated', 'feedback_given')
    GROUP BY visitor, work_id
  ),
  behaviour AS
  (
    SELECT unit, visitor, product_id, max(occurred_at) AS at, kind
    FROM seen
    WHERE type NOT IN ('product_rated', 'feedback_given')
    GROUP BY unit, visitor, product_id, kind
    -- What was taken out of the cart again was not wanted.
    HAVING kind != 'carted' OR sum(units) > 0
  )
SELECT toFloat64(unit) AS unit, toString(work_id) AS work_id, kind, toFloat64(toUnixTimestamp64Milli(if(last_trade > always, least(at, last_trade), at))) AS occurred_at_ms
FROM
(
  SELECT acts.unit AS unit, works.work_id AS work_id, acts.at AS at, acts.kind AS kind
  FROM (SELECT * FROM sales UNION ALL SELECT * FROM rentals UNION ALL SELECT * FROM behaviour) AS acts
  INNER JOIN works USING (product_id)
  LEFT JOIN (SELECT visitor, work_id, at FROM opinions WHERE is_against) AS dislikes ON dislikes.visitor = acts.visitor AND dislikes.work_id = works.work_id
  WHERE dislikes.visitor = 0 OR acts.at > dislikes.at
  UNION ALL
  SELECT last.1, work_id, at, last.2 FROM opinions
)
ORDER BY occurred_at_ms DESC, unit, work_id, kind
SETTINGS max_bytes_before_external_sort = 100000000, max_bytes_before_external_group_by = 100000000
