-- One row is a topic of the log, the quietest first.
SELECT topic, intDiv(quiet_seconds, 60) AS quiet_minutes, stored_hour, stored_day, rejected_day, repeats_day
FROM mart.pipeline_health
ORDER BY quiet_seconds DESC, topic
