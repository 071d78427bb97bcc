-- One row is a product that is sold no more.
SELECT product_id
FROM mart.products
WHERE retired
