-- What should we order today, from whom, and what does it cost?
SELECT supplier_id, product_id, title, quantity, order_cost, order_value AS expected_gain, currency, why
FROM
(
  SELECT *
  FROM mart.replenishment
  ORDER BY made_at DESC
  LIMIT 1 BY product_id
) AS said
INNER JOIN (SELECT product_id, title FROM mart.products WHERE NOT retired) AS product USING (product_id)
WHERE state = 'order'
ORDER BY supplier_id, expected_gain DESC
LIMIT 200
