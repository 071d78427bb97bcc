-- Which records sell best, and what do they bring?
SELECT product_id, any(title) AS title, any(format) AS format, currency, sum(units) AS units, sum(net) AS net
FROM
(
  SELECT toString(product_id) AS product_id, currency, sum(units_sold) AS units, sum(net_amount) AS net
  FROM mart.sales_by_product
  WHERE kind = 'product'
  GROUP BY product_id, currency
) AS sold
LEFT JOIN (SELECT product_id, title, format FROM mart.products) AS product USING (product_id)
GROUP BY product_id, currency
ORDER BY net DESC
LIMIT 25
