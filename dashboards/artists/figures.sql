-- One row is all of an artist: what was sold in these days, what is there, and what the last forecasts expect of the next four weeks.
WITH ids AS (SELECT product_id FROM mart.products WHERE attributes['artist'] = ${artist:sqlstring} AND NOT retired)
SELECT
  (SELECT count() FROM ids) AS products,
  sold.net AS net_amount, sold.units AS units_sold,
  (SELECT sum(available) FROM mart.stock_levels WHERE product_id IN (SELECT product_id FROM ids)) AS available,
  (
    SELECT sum(mean)
    FROM mart.forecasts
    WHERE product_id IN (SELECT product_id FROM ids) AND version = (SELECT argMax(version, made_at) FROM mart.forecasts)
  ) AS expected_units
FROM
(
  SELECT sum(sales.net_amount) AS net, sum(sales.units_sold) AS units
  FROM mart.sales_by_product AS sales
  WHERE product_id IN (SELECT product_id FROM ids) AND currency = '{SHOP_CURRENCY}' AND {days of day}
) AS sold
WHERE products > 0
