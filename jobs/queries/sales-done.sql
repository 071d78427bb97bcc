-- One row is the end of a range that mart.sales is made of by now. None when the progress was taken back meanwhile, as
-- whoever makes marts anew does: what lies before the range must be looked at again.
INSERT INTO ops.sales_progress (topic, partition, epoch, next_offset)
SELECT {topic: String}, {partition: UInt16}, {epoch: UInt32}, {to_offset: UInt64}
WHERE {from_offset: UInt64} <= greatest(
  (SELECT max(next_offset) FROM ops.sales_progress WHERE topic = {topic: String} AND partition = {partition: UInt16} AND epoch = {epoch: UInt32}),
  (SELECT min(first_offset) FROM ops.ingest_blocks WHERE topic = {topic: String} AND partition = {partition: UInt16} AND epoch = {epoch: UInt32}))
