-- One row is a work: the title of its best-selling edition, and all its editions' attributes.
SELECT work_id, argMax(title, (units, product_id)) AS title, argMax(attributes, (units, product_id)) AS attributes
FROM
(
  SELECT work_id, product_id, title, attributes, sold.units AS units
  FROM (SELECT * FROM mart.products WHERE NOT retired) AS product
  LEFT JOIN
  (
    SELECT product_id, sum(quantity) AS units FROM mart.order_lines WHERE movement = 'order_placed' GROUP BY product_id
  ) AS sold USING (product_id)
)
GROUP BY work_id
ORDER BY work_id
