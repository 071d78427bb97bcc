-- Of which products is little left that people still buy?
SELECT product_id, title, available, on_order, sold_in_four_weeks
FROM mart.stock_levels AS level
INNER JOIN
(
  SELECT toString(product_id) AS product_id, sum(units_sold) AS sold_in_four_weeks
  FROM mart.sales_by_product
  WHERE day > (SELECT max(day) FROM mart.sales_by_product) - 28 AND kind = 'product'
  GROUP BY product_id
) AS sold USING (product_id)
INNER JOIN (SELECT product_id, title FROM mart.products WHERE NOT retired) AS product USING (product_id)
WHERE available < sold_in_four_weeks
ORDER BY available - sold_in_four_weeks
LIMIT 50
