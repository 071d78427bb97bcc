-- One row is a version of the recommendations, when it was first judged.
SELECT min(judged_at) AS time, concat('Recommendations version ', version) AS text, 'model' AS tags
FROM mart.model_quality
WHERE version != ''
GROUP BY version
HAVING $__timeFilter(time)
ORDER BY time
LIMIT 200
