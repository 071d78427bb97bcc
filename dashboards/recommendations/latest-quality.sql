-- One row is a figure of a model as it was last judged.
SELECT model, question, metric, argMax(value, judged_at) AS value, argMax(low, judged_at) AS low, argMax(high, judged_at) AS high, argMax(users, judged_at) AS users
FROM mart.model_quality
GROUP BY model, question, metric
ORDER BY model = 'blend' DESC, model, question, metric
LIMIT 200
