-- Do the shops that we deliver to sell what they order?
SELECT product_id, any(title) AS title, currency, max(sell_in_units_so_far) AS delivered, max(sell_through_units_so_far) AS sold_on, argMax(sell_through_rate, month) AS sell_through_rate, argMax(weeks_of_cover, month) AS weeks_of_cover
FROM
(
  SELECT toString(product_id) AS product_id, currency, month, sell_in_units_so_far, sell_through_units_so_far, sell_through_rate, weeks_of_cover
  FROM mart.wholesale
) AS trade
LEFT JOIN (SELECT product_id, title FROM mart.products) AS product USING (product_id)
GROUP BY product_id, currency
ORDER BY delivered DESC
LIMIT 50
