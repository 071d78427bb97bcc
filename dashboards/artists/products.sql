-- One row is a product of an artist: what it sold in these days, what is there, and what is expected of the next four weeks.
SELECT product_id, title, format, toFloat64(net) AS net_amount, sold AS units_sold, available, expected AS expected_units
FROM (SELECT product_id, title, format FROM mart.products WHERE attributes['artist'] = ${artist:sqlstring} AND NOT retired) AS product
LEFT JOIN
(
  SELECT toString(product_id) AS product_id, sum(sales.net_amount) AS net, sum(sales.units_sold) AS sold
  FROM mart.sales_by_product AS sales
  WHERE currency = '{SHOP_CURRENCY}' AND {days of day}
  GROUP BY product_id
) AS trade USING (product_id)
LEFT JOIN (SELECT product_id, toNullable(levels.available) AS available FROM mart.stock_levels AS levels) AS stock USING (product_id)
LEFT JOIN
(
  SELECT product_id, toNullable(sum(mean)) AS expected
  FROM mart.forecasts
  WHERE version = (SELECT argMax(version, made_at) FROM mart.forecasts)
  GROUP BY product_id
) AS thought USING (product_id)
ORDER BY units_sold DESC, product_id
LIMIT 100
