-- One row is a step of an order that changes what somebody owns: units of each line, given back as taken, without gifts.
SELECT
  if(user_id != '', concat('u:', user_id), concat('a:', anonymous_id)) AS visitor,
  transform(toString(type), ['order_placed', 'order_refunded', 'return_received', 'order_cancelled'], ['placed', 'refunded', 'returned', 'cancelled'], '') AS step,
  order_id, toString(event_id) AS event_id, toFloat64(toUnixTimestamp64Milli(occurred_at)) AS at_ms,
  arrayConcat(
    arrayMap(line -> (line.product_id, if(type = 'order_placed', line.quantity, -line.quantity)), arrayFilter(line -> line.kind = 'product' AND NOT line.is_gift, lines)),
    arrayMap(line -> (line.product_id, line.quantity), returned)
  ) AS units
FROM raw.orders
WHERE step != '' AND (user_id != '' OR (anonymous_id != '' AND occurred_at > now() - INTERVAL 90 DAY))
  AND cityHash64(if(user_id != '', user_id, anonymous_id)) % {part_count:UInt32} = {part:UInt32}
ORDER BY visitor, at_ms DESC
LIMIT 2000 BY visitor
