-- One row is an insert that was made: a contiguous range of one partition. The key serves the proof that nothing is missing.
CREATE TABLE IF NOT EXISTS ops.ingest_blocks
(
  topic LowCardinality(String) COMMENT 'Log topic',
  partition UInt16 COMMENT 'Partition of the topic',
  first_offset UInt64 COMMENT 'First offset of the range',
  last_offset UInt64 COMMENT 'Last offset of the range',
  epoch UInt32 COMMENT '0, or the number of the replay',
  records UInt32 COMMENT 'Records read in the range',
  stored UInt32 COMMENT 'Rows stored',
  rejected UInt32 COMMENT 'Records rejected, with a reason',
  repeats UInt32 COMMENT 'Records whose event_id was stored before',
  erased UInt32 COMMENT 'Records of people who are to be forgotten',
  ingested_at DateTime64(3, 'UTC') COMMENT 'When the range was done'
)
ENGINE = MergeTree
ORDER BY (topic, partition, first_offset, epoch)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Ranges of the log that are stored'

-- then

-- One row is an event's identity. The key finds a repeat: UUIDs sort by their second half, their number does not.
CREATE TABLE IF NOT EXISTS ops.event_ids
(
  topic LowCardinality(String) COMMENT 'Log topic',
  event_number UInt128 COMMENT 'event_id as a number, so that it sorts by time',
  partition UInt16 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Place in the partition'
)
ENGINE = MergeTree
ORDER BY (topic, event_number)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Which events are stored, narrow, to find repeats'

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS ops.event_ids_from_behaviour TO ops.event_ids AS
SELECT topic, toUInt128(event_id) AS event_number, partition, offset FROM raw.behaviour

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS ops.event_ids_from_orders TO ops.event_ids AS
SELECT topic, toUInt128(event_id) AS event_number, partition, offset FROM raw.orders

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS ops.event_ids_from_stock TO ops.event_ids AS
SELECT topic, toUInt128(event_id) AS event_number, partition, offset FROM raw.stock

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS ops.event_ids_from_catalogue TO ops.event_ids AS
SELECT topic, toUInt128(event_id) AS event_number, partition, offset FROM raw.catalogue

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS ops.event_ids_from_customers TO ops.event_ids AS
SELECT topic, toUInt128(event_id) AS event_number, partition, offset FROM raw.customers

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS ops.event_ids_from_rentals TO ops.event_ids AS
SELECT topic, toUInt128(event_id) AS event_number, partition, offset FROM raw.rentals

-- then

CREATE MATERIALIZED VIEW IF NOT EXISTS ops.event_ids_from_operations TO ops.event_ids AS
SELECT topic, toUInt128(event_id) AS event_number, partition, offset FROM raw.operations

-- then

-- One row is an event where it is stored: what the proofs compare with the ranges.
CREATE VIEW IF NOT EXISTS ops.stored_places
(
  topic LowCardinality(String) COMMENT 'Log topic',
  partition UInt16 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Place in the partition',
  epoch UInt32 COMMENT '0, or the number of the replay that stored it',
  event_id UUID COMMENT 'Made by the sender, kept over retries'
)
AS
SELECT topic, partition, offset, epoch, event_id FROM raw.behaviour
UNION ALL SELECT topic, partition, offset, epoch, event_id FROM raw.orders
UNION ALL SELECT topic, partition, offset, epoch, event_id FROM raw.stock
UNION ALL SELECT topic, partition, offset, epoch, event_id FROM raw.catalogue
UNION ALL SELECT topic, partition, offset, epoch, event_id FROM raw.customers
UNION ALL SELECT topic, partition, offset, epoch, event_id FROM raw.rentals
UNION ALL SELECT topic, partition, offset, epoch, event_id FROM raw.operations
COMMENT 'Places of all events that are stored'

-- then

-- One row is a run of a job. The key serves the latest of each.
CREATE TABLE IF NOT EXISTS ops.job_runs
(
  job LowCardinality(String) COMMENT 'Name, as in npm run job',
  started_at DateTime64(3, 'UTC') COMMENT 'Start',
  took_ms UInt32 COMMENT 'Wall time in milliseconds',
  ok Bool COMMENT 'Whether it published',
  version String COMMENT 'What it published',
  detail String COMMENT 'Counts, or the error'
)
ENGINE = MergeTree
ORDER BY (job, started_at)
COMMENT 'Runs of the batch jobs'

-- then

-- One row is how far a view's table was filled, in one partition, with rows that were stored before the view was there.
-- The key serves the furthest of each; a view without old rows has one row for no topic.
CREATE TABLE IF NOT EXISTS ops.view_fills
(
  view String COMMENT 'View, with its database',
  topic LowCardinality(String) COMMENT 'Log topic; empty when nothing was stored before the view',
  partition UInt16 COMMENT 'Partition of the topic',
  next_offset UInt64 COMMENT 'Below it the table has all rows; 0 in the first row',
  end_offset UInt64 COMMENT 'The cut: rows from here on came through the view itself',
  at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When'
)
ENGINE = MergeTree
ORDER BY (view, topic, partition, next_offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Tables of new views, and how far they are filled with older rows'
