-- One row is a batch job, the one that last succeeded longest ago first.
SELECT
  job, if(last_ok, 'yes', 'no') AS last_ok, dateDiff('minute', last_success_at, now64(3, 'UTC')) AS age_minutes,
  last_took_ms / 1000 AS last_took_s, runs_day, failures_day
FROM mart.job_health
ORDER BY age_minutes DESC NULLS FIRST, job
