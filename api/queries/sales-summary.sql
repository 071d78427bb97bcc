-- One row is a currency: sums of the days asked for, and the change against as many days before. Reads every line of both.
WITH {from: Date} AS first_day, {to: Date} AS last_day, toInt32(last_day - first_day + 1) AS days
SELECT
  currency,
  toString(sumIf(amount, movement = 'order_placed' AND day >= first_day)) AS gross_amount,
  toString(sumIf(amount, movement = 'order_refunded' AND day >= first_day)) AS refund_amount,
  toString(sumIf(amount, day >= first_day)) AS net_amount,
  if(sumIf(amount, day < first_day) > 0, toFloat64(sumIf(amount, day >= first_day)) / toFloat64(sumIf(amount, day < first_day)) - 1, NULL) AS net_change,
  toUInt32(uniqExactIf(order_id, movement = 'order_placed' AND day >= first_day)) AS orders,
  toInt64(sumIf(quantity, movement = 'order_placed' AND day >= first_day)) AS units_sold,
  if(toFloat64(gross_amount) > 0, 0 - toFloat64(refund_amount) / toFloat64(gross_amount), NULL) AS refund_rate
FROM mart.sales
WHERE day BETWEEN first_day - days AND last_day
GROUP BY currency
HAVING countIf(day >= first_day) > 0
ORDER BY toFloat64(gross_amount) DESC, currency
LIMIT 100
