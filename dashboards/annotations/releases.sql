-- One row is a day on which products were first described: what came out, the first three by name.
SELECT
  min(first_at) AS time,
  concat('New: ', arrayStringConcat(arraySlice(groupArray(title), 1, 3), ', '), if(count() > 3, concat(' and ', toString(count() - 3), ' more'), '')) AS text,
  'release' AS tags
FROM
(
  SELECT product_id, min(valid_from) AS first_at, argMin(title, valid_from) AS title
  FROM mart.product_history
  GROUP BY product_id
  HAVING $__timeFilter(first_at)
  ORDER BY first_at, product_id
)
GROUP BY toDate(first_at, '{SHOP_TIME_ZONE}')
ORDER BY time
LIMIT 200
