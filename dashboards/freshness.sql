-- One row is what figures of boards rest on, with its age, what is older than it should be first.
SELECT what, age_minutes, if(age_minutes > minutes_max, 'Stale: older than it should be, see the board Pipeline', 'Fresh') AS state
FROM
(
  SELECT 'Orders that came in' AS what, intDiv(quiet_seconds, 60) AS age_minutes, 1440 AS minutes_max
  FROM mart.pipeline_health
  WHERE topic = 'flipside.orders'
  UNION ALL
  SELECT
    transform(toString(job), ['sales', 'products', 'replenishment', 'forecasts', 'neighbours'], ['Sales', 'Products and stock', 'What to order', 'Forecasts', 'Recommendations'], '') AS what,
    dateDiff('minute', assumeNotNull(last_success_at), now()) AS age_minutes, transform(toString(job), [{jobs}], [{minutes}], 0) AS minutes_max
  FROM mart.job_health
  WHERE job IN ('sales', 'products', 'replenishment', 'forecasts', 'neighbours') AND isNotNull(last_success_at)
)
ORDER BY age_minutes > minutes_max DESC, age_minutes DESC, what
