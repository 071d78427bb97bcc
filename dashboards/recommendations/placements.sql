-- One row is a place where something was recommended.
SELECT DISTINCT placement FROM mart.recommendation_outcomes WHERE {days of day} AND placement != '' ORDER BY placement
