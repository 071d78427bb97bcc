-- One row is a product with what the shop shows of it. Recent units are those of the last 90 days of trade, less
-- what came back.
WITH
  (SELECT max(day) FROM mart.order_lines) AS last_day,
  recent AS
  (
    SELECT product_id, sum(quantity) AS units
    FROM mart.order_lines
    WHERE kind = 'product' AND day > last_day - 90
    GROUP BY product_id
  )
SELECT
  product.product_id AS product_id, work_id, title, format, attributes, toString(price) AS price, currency, lead_time_days,
  if(stock.product_id = '', NULL, stock.on_hand) AS on_hand,
  greatest(toInt64(recent.units), 0) AS recent_units, retired,
  arrayConcat(product.simulated, if(stock.simulated, ['on_hand'], [])) AS simulated
FROM mart.products AS product
LEFT JOIN mart.stock_levels AS stock ON stock.product_id = product.product_id
LEFT JOIN recent ON recent.product_id = product.product_id
ORDER BY product_id
