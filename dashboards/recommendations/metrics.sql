-- One row is a figure of quality.
SELECT DISTINCT toString(metric) AS metric FROM mart.model_quality ORDER BY metric
