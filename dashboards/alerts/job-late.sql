-- One row is a job of the schedule that ever ran: the time since it last succeeded, by the longest that may pass.
SELECT
  toString(job) AS job,
  ifNull(dateDiff('second', last_success_at, now64(3, 'UTC')) / (60 * transform(toString(job), [{jobs}], [{minutes}], 0)), 10) AS value
FROM mart.job_health
WHERE job IN ({jobs})
ORDER BY job
