-- One row is a count that differed from the ledger in these days, what cost most first.
SELECT
  product_id, title, counted_at, expected, counted, variance,
  if(takes.currency = '{SHOP_CURRENCY}', variance_cost, NULL) AS variance_amount, reason
FROM mart.stocktakes AS takes
LEFT JOIN (SELECT product_id, title FROM mart.products) AS product USING (product_id)
WHERE {days of day} AND variance != 0
ORDER BY abs(variance_amount) DESC NULLS LAST, abs(variance) DESC, product_id
LIMIT 50
