-- One row is a promotion of a product, as it was last scheduled, with the share of the list price that it gives away.
WITH prices AS (SELECT product_id, currency, valid_from, price FROM mart.price_history WHERE valid_from < valid_to AND price > 0)
SELECT
  offer.product_id AS product_id, toUnixTimestamp64Milli(offer.starts_at) AS from_ms, toUnixTimestamp64Milli(offer.ends_at) AS to_ms,
  1 - toFloat64(offer.price) / toFloat64(prices.price) AS discount
FROM
(
  SELECT product_id, promotion_id, starts_at, ends_at, assumeNotNull(event.price) AS price, currency
  FROM raw.catalogue AS event
  WHERE type = 'promotion_scheduled'
  ORDER BY offset DESC
  LIMIT 1 BY product_id, promotion_id
) AS offer
ASOF INNER JOIN prices ON prices.product_id = offer.product_id AND prices.currency = offer.currency AND offer.starts_at >= prices.valid_from
WHERE discount > 0 AND discount < 1 AND ends_at > starts_at AND ends_at > now() - INTERVAL 730 DAY
ORDER BY product_id, from_ms
