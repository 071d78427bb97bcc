-- One row is a model when it was judged, by the figure chosen.
SELECT judged_at AS time, toString(model) AS model, value
FROM mart.model_quality
WHERE question = 'new' AND metric = ${metric:sqlstring} AND $__timeFilter(judged_at)
ORDER BY time, model
