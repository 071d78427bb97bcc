-- One row is a work: the title of its best-selling edition, and the attributes of all its editions, of which the
-- best-selling has the last word. Its formats are one more attribute, as a list.
SELECT
  work_id, argMax(name, (units, product_id)) AS title,
  mapUpdate(
    arrayFold((known, edition) -> mapUpdate(known, edition.3), arraySort(groupArray((units, product_id, facts))), map('format', '')),
    map('format', arrayStringConcat(arraySort(groupUniqArrayIf(carrier, carrier != '')), ';'))) AS attributes
FROM
(
  SELECT work_id, product_id, title AS name, format AS carrier, attributes AS facts, sold.units AS units
  FROM (SELECT * FROM mart.products WHERE NOT retired) AS product
  LEFT JOIN
  (
    SELECT product_id, sum(quantity) AS units FROM mart.order_lines WHERE movement = 'order_placed' GROUP BY product_id
  ) AS sold USING (product_id)
)
GROUP BY work_id
ORDER BY work_id
