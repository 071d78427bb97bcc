-- One row is another work that was bought in one order with this product's, the least by chance first.
SELECT any(other.product_id) AS product_id, any(other.title) AS title, any(pair.orders_together) AS orders_together, any(pair.confidence) AS confidence, any(pair.lift) AS lift
FROM mart.affinity AS pair
INNER JOIN (SELECT work_id AS other_work_id, min(product_id) AS product_id, any(title) AS title FROM mart.products GROUP BY work_id) AS other USING (other_work_id)
WHERE pair.work_id IN (SELECT work_id FROM mart.products WHERE product_id = ${product_id:sqlstring})
GROUP BY other_work_id
ORDER BY lift DESC, orders_together DESC, product_id
LIMIT 20
