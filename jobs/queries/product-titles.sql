-- One row is the title of a product.
SELECT product_id, title
FROM mart.products
WHERE product_id IN {product_ids: Array(String)}
