-- One row is a model that named a product.
SELECT DISTINCT source FROM mart.recommendation_outcomes WHERE {days of day} AND source != '' ORDER BY source
