-- One row is a product that a visitor looked at or put in the cart, by the last time.
SELECT
  if(user_id != '', concat('u:', user_id), concat('a:', anonymous_id)) AS visitor, product_id,
  toFloat64(toUnixTimestamp64Milli(max(occurred_at))) AS at_ms
FROM raw.behaviour
WHERE type IN ('product_viewed', 'product_clicked', 'recommendation_clicked', 'cart_added', 'wishlist_added')
  AND NOT is_bot AND (user_id != '' OR occurred_at > now() - INTERVAL 90 DAY)
GROUP BY visitor, product_id
ORDER BY visitor, at_ms DESC
LIMIT 50 BY visitor
