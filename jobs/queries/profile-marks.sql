-- One row is a product and when a visitor looked at it, or wanted to see it no more: of a customer the last time, of a guest
-- each time, because a login divides a guest's history. Guests are forgotten after 90 days.
SELECT list, visitor, product_id, toFloat64(toUnixTimestamp64Milli(max(occurred_at))) AS at_ms
FROM
(
  SELECT
    if(feedback IN ('not_for_me', 'owned_already'), 'hidden', 'recent') AS list, user_id, anonymous_id, product_id, occurred_at
  FROM raw.behaviour
  WHERE type IN ('product_viewed', 'product_clicked', 'recommendation_clicked', 'cart_added', 'wishlist_added', 'feedback_given')
  UNION ALL
  SELECT 'recent', user_id, anonymous_id, product_id, occurred_at
  FROM raw.rentals
  WHERE type = 'rental_started'
)
WHERE (user_id != '' OR (anonymous_id != '' AND occurred_at > now() - INTERVAL 90 DAY))
  AND cityHash64(if(user_id != '', user_id, anonymous_id)) % {part_count:UInt32} = {part:UInt32}
GROUP BY list, if(user_id != '', concat('u:', user_id), concat('a:', anonymous_id)) AS visitor, product_id, if(user_id != '', toDateTime64(0, 3, 'UTC'), occurred_at)
ORDER BY visitor, list, at_ms DESC
LIMIT 1000 BY visitor, list
