-- One row is somebody who is to be forgotten, without their name. The key finds them all.
CREATE TABLE IF NOT EXISTS ops.tombstones
(
  kind LowCardinality(String) COMMENT 'customer, or guest: a browser that this customer used',
  name_hash String COMMENT 'SHA-256 of the customer_id or anonymous_id, in hex',
  after_ms Int64 DEFAULT -1 COMMENT 'Of a browser that others used, too: their time in it begins after this',
  until_ms Int64 DEFAULT 253402300799999 COMMENT 'And ends with this; far in the future for who or what is erased as a whole',
  created_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When the erasure began'
)
ENGINE = ReplacingMergeTree
ORDER BY (kind, name_hash, after_ms, until_ms)
COMMENT 'Who was erased: nothing that names them is stored again'

-- then

-- One row is a search of the warehouse for a person, and the removal of what it found. The key finds the sweeps of a request.
CREATE TABLE IF NOT EXISTS ops.erasures
(
  event_id UUID COMMENT 'The customer_erased that asked for it; its row in raw.customers goes with the last sweep',
  customer_hash String COMMENT 'SHA-256 of the customer_id, in hex',
  is_last Bool COMMENT 'Whether it was the last: late enough that no process stores anything any more',
  swept_at DateTime64(3, 'UTC') COMMENT 'When the sweep began',
  rows_deleted UInt64 COMMENT 'Rows of behaviour that it deleted, of all whom it swept for',
  rows_blanked UInt64 COMMENT 'Rows of orders, rentals and the like that it took the person from',
  rows_scrubbed UInt64 COMMENT 'Rejected messages that it emptied',
  took_ms UInt32 COMMENT 'Wall time in milliseconds'
)
ENGINE = MergeTree
ORDER BY (event_id, swept_at)
COMMENT 'Erasures of people, sweep by sweep'

-- then

-- One row is a place in the log whose row was deleted: what ranges say and tables do not hold. The key serves the counts.
CREATE TABLE IF NOT EXISTS ops.erased_rows
(
  topic LowCardinality(String) COMMENT 'Log topic',
  partition UInt16 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Place in the partition',
  epoch UInt32 COMMENT '0, or the number of the replay that had stored it',
  sweep UUID COMMENT 'The sweep that deleted it'
)
ENGINE = ReplacingMergeTree
ORDER BY (topic, partition, offset, epoch)
COMMENT 'Rows that were deleted because their person was erased'
