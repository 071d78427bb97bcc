-- One row is the product as it is now.
SELECT
  title, attributes['artist'] AS artist, format, toFloat64(price) AS price, if(retired, 'retired', 'sold') AS state,
  (SELECT sum(available) FROM mart.stock_levels WHERE product_id = ${product_id:sqlstring}) AS available, changed_at
FROM mart.products
WHERE product_id = ${product_id:sqlstring}
