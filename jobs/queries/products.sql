-- One row is a product with what the shop shows of it. Recent units are those of the last 90 days of trade, less
-- what came back.
-- A retired product keeps the facts that it had, for those who own it.
WITH
  product AS
  (
    SELECT
      product_id, facts.1 AS work_id, facts.2 AS title, facts.3 AS format, facts.4 AS attributes, facts.5 AS price,
      facts.6 AS currency, facts.7 AS lead_time_days, facts.8 AS simulated, retired
    FROM
    (
      SELECT
        product_id,
        argMaxIf((work_id, title, format, attributes, price, currency, lead_time_days, simulated), offset, type = 'product_upserted') AS facts,
        argMax(type, offset) = 'product_retired' AS retired
      FROM raw.catalogue
      GROUP BY product_id
      HAVING countIf(type = 'product_upserted') > 0
    )
  ),
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
FROM product
LEFT JOIN mart.stock_on_hand AS stock ON stock.product_id = product.product_id
LEFT JOIN recent ON recent.product_id = product.product_id
ORDER BY product_id
