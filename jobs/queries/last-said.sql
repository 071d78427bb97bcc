-- One row is a product with what was last said of ordering it.
SELECT
  product_id, last.1 AS state, toFloat64(last.2) AS quantity, toFloat64(last.3) AS reorder_point, toFloat64(last.4) AS order_up_to
FROM
(
  SELECT product_id, argMax((state, quantity, reorder_point, order_up_to), made_at) AS last
  FROM mart.replenishment
  GROUP BY product_id
)
