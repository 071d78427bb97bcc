-- One row is a topic of the log with what came of its records. The last hour and day are those before the question.
CREATE VIEW IF NOT EXISTS mart.pipeline_health
(
  topic LowCardinality(String) COMMENT 'Log topic; one of which nothing was ever stored has no row',
  last_stored_at DateTime64(3, 'UTC') COMMENT 'When records of it were last stored',
  quiet_seconds Int64 COMMENT 'Seconds since then',
  stored_hour UInt64 COMMENT 'Rows stored in the last hour',
  rejected_hour UInt64 COMMENT 'Records refused in the last hour',
  repeats_hour UInt64 COMMENT 'Records that were stored before, in the last hour',
  erased_hour UInt64 COMMENT 'Records of people who are to be forgotten, in the last hour',
  stored_day UInt64 COMMENT 'Rows stored in the last 24 hours',
  rejected_day UInt64 COMMENT 'Records refused in the last 24 hours',
  repeats_day UInt64 COMMENT 'Records that were stored before, in the last 24 hours',
  erased_day UInt64 COMMENT 'Records of people who are to be forgotten, in the last 24 hours'
)
AS
WITH now64(3, 'UTC') AS at
SELECT
  topic, max(ingested_at) AS last_stored_at, dateDiff('second', last_stored_at, at) AS quiet_seconds,
  sumIf(stored, ingested_at > at - INTERVAL 1 HOUR) AS stored_hour, sumIf(rejected, ingested_at > at - INTERVAL 1 HOUR) AS rejected_hour,
  sumIf(repeats, ingested_at > at - INTERVAL 1 HOUR) AS repeats_hour, sumIf(erased, ingested_at > at - INTERVAL 1 HOUR) AS erased_hour,
  sumIf(stored, ingested_at > at - INTERVAL 1 DAY) AS stored_day, sumIf(rejected, ingested_at > at - INTERVAL 1 DAY) AS rejected_day,
  sumIf(repeats, ingested_at > at - INTERVAL 1 DAY) AS repeats_day, sumIf(erased, ingested_at > at - INTERVAL 1 DAY) AS erased_day
FROM ops.ingest_blocks
GROUP BY topic
COMMENT 'How fresh the warehouse is, and what it refuses, topic by topic'

-- then

-- One row is a batch job. What a failed run said is left out: an error may quote what its reader may not see.
CREATE VIEW IF NOT EXISTS mart.job_health
(
  job LowCardinality(String) COMMENT 'Name of the job',
  last_run_at DateTime64(3, 'UTC') COMMENT 'When it last began',
  last_ok Bool COMMENT 'Whether that run succeeded',
  last_took_ms UInt32 COMMENT 'How long it took, in milliseconds',
  last_success_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the last run that succeeded began; null when none did',
  last_success_detail Nullable(String) COMMENT 'What that run did, in counts',
  version Nullable(String) COMMENT 'What that run published; empty when the job publishes nothing',
  runs_day UInt64 COMMENT 'Runs of the last 24 hours',
  failures_day UInt64 COMMENT 'Those that failed'
)
AS
SELECT
  job, max(started_at) AS last_run_at, argMax(ok, started_at) AS last_ok, argMax(took_ms, started_at) AS last_took_ms,
  maxOrNullIf(started_at, ok) AS last_success_at, argMaxOrNullIf(detail, started_at, ok) AS last_success_detail, argMaxOrNullIf(runs.version, started_at, ok) AS version,
  countIf(started_at > now64(3, 'UTC') - INTERVAL 1 DAY) AS runs_day, countIf(started_at > now64(3, 'UTC') - INTERVAL 1 DAY AND NOT ok) AS failures_day
FROM ops.job_runs AS runs
GROUP BY job
COMMENT 'Batch jobs: when each last ran and last succeeded'
