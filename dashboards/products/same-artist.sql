-- One row is another product of the same work or artist, with what it sold in these days, the best first.
SELECT product_id, any(name) AS title, any(kind_of) AS format, sum(sold) AS units_sold
FROM
(
  SELECT product_id, title AS name, format AS kind_of
  FROM mart.products
  WHERE product_id != ${product_id:sqlstring} AND
  (
    work_id IN (SELECT work_id FROM mart.products WHERE product_id = ${product_id:sqlstring})
    OR (attributes['artist'] != '' AND attributes['artist'] IN (SELECT attributes['artist'] FROM mart.products WHERE product_id = ${product_id:sqlstring}))
  )
) AS product
LEFT JOIN
(
  SELECT toString(product_id) AS product_id, sum(sales.units_sold) AS sold
  FROM mart.sales_by_product AS sales
  WHERE {days of day} AND kind = 'product'
  GROUP BY product_id
) AS trade USING (product_id)
GROUP BY product_id
ORDER BY units_sold DESC, product_id
LIMIT 20
