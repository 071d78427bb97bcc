-- One row is a category, or a genre where a product has no category.
SELECT DISTINCT if(attributes['category'] != '', attributes['category'], attributes['genre']) AS category
FROM mart.products
WHERE category != '' AND NOT retired
ORDER BY category
LIMIT 1000
