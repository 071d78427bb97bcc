-- One row is a product, the most served first. Reads every recommendation of the days.
SELECT
  product_id, toUInt32(countIf(step = 'served')) AS served, toUInt32(countIf(step = 'clicked')) AS clicked,
  if(served = 0, NULL, clicked / served) AS click_rate
FROM mart.recommendations
WHERE day BETWEEN {from: Date} AND {to: Date}
GROUP BY product_id
ORDER BY served DESC, clicked DESC, product_id
LIMIT {limit: UInt32}
