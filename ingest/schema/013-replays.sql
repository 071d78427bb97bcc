-- One row is an attempt to send a rejected message again. The key finds out whether a place is still open.
CREATE TABLE IF NOT EXISTS ops.rejected_replays
(
  topic LowCardinality(String) COMMENT 'Topic of the rejection''s own place',
  partition UInt16 COMMENT 'Partition of that place',
  offset UInt64 COMMENT 'Offset of that place',
  event_id String COMMENT 'Event that was in it',
  outcome LowCardinality(String) COMMENT 'sent, which closes the rejection, or refused by the collector',
  detail String COMMENT 'Topic that it was sent to, or why it was refused',
  at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When'
)
ENGINE = MergeTree
ORDER BY (topic, partition, offset)
COMMENT 'Rejected messages that were sent again'

-- then

-- One row is a step of a replay: begun before its first row, marts when marts must be rebuilt after it, done. The key finds
-- what was begun and not ended.
CREATE TABLE IF NOT EXISTS ops.replays
(
  topic LowCardinality(String) COMMENT 'Log topic',
  partition UInt16 COMMENT 'Partition of the topic',
  first_offset UInt64 COMMENT 'First offset that is read again',
  last_offset UInt64 COMMENT 'Last offset that is read again',
  epoch UInt32 COMMENT 'Number of the replay, in its rows, ranges and tokens',
  step LowCardinality(String) COMMENT 'begun, marts (rows were lost, so marts have to be rebuilt) or done',
  at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When'
)
ENGINE = MergeTree
ORDER BY (topic, partition, epoch)
COMMENT 'Ranges of the log that were read again, step by step'

-- then

-- One row is a range of a partition that a run of verify found in order. The key serves the end of each partition's ranges.
CREATE TABLE IF NOT EXISTS ops.verified
(
  topic LowCardinality(String) COMMENT 'Log topic',
  partition UInt16 COMMENT 'Partition of the topic',
  first_offset UInt64 COMMENT 'First offset of the range',
  next_offset UInt64 COMMENT 'Offset after the range: the next run begins here',
  epoch UInt32 COMMENT 'Largest epoch of the topic by then; after a later replay the partition is verified from its start',
  row_count UInt64 COMMENT 'Events stored in the range',
  digest UInt64 COMMENT 'Sum of the hashes of their rows',
  verified_at DateTime64(3, 'UTC') COMMENT 'When the run began'
)
ENGINE = MergeTree
ORDER BY (topic, partition, next_offset)
COMMENT 'Ranges that verify has found in order'
