-- One row is the blend as it was last judged; none before the job has run.
SELECT
  argMaxOrNullIf(value, judged_at, metric = 'coverage') AS coverage, argMaxOrNullIf(value, judged_at, metric = 'diversity') AS diversity,
  argMaxOrNullIf(value, judged_at, metric = 'novelty') AS novelty, argMaxOrNullIf(value, judged_at, metric = 'popularity_share') AS popularity_share,
  argMaxOrNullIf(value, judged_at, metric = 'gini') AS gini, dateDiff('hour', max(judged_at), now64(3, 'UTC')) AS age_hours
FROM mart.model_quality
WHERE model = 'blend' AND question = 'new'
HAVING count() > 0
