-- Which prices did we change, from what to what?
SELECT product_id, any(title) AS title, valid_from AS changed_at, price_before, price, currency, toFloat64(price) / nullIf(toFloat64(price_before), 0) - 1 AS change
FROM
(
  SELECT
    product_id, valid_from, price, currency,
    lagInFrame(price) OVER (PARTITION BY product_id ORDER BY valid_from, offset ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS price_before
  FROM mart.price_history
) AS history
LEFT JOIN (SELECT product_id, title FROM mart.products) AS product USING (product_id)
WHERE price_before != price
GROUP BY product_id, changed_at, price_before, price, currency
ORDER BY changed_at DESC
LIMIT 100
