-- the rows of each partition, with those erased since, are as many as its ranges say were stored or rejected
WITH
  windows AS
  (
    SELECT topic, partition, to, 1 AS is_known
    FROM (SELECT {topics:Array(String)} AS topics, {partitions:Array(UInt16)} AS partitions, {tos:Array(UInt64)} AS tos)
    ARRAY JOIN topics AS topic, partitions AS partition, tos AS to
  ),
  said AS
  (
    SELECT topic, partition, sum(stored) + sum(rejected) AS row_count
    FROM ops.ingest_blocks LEFT JOIN windows USING (topic, partition)
    WHERE NOT is_known OR first_offset < to
    GROUP BY topic, partition
  ),
  held AS
  (
    SELECT topic, partition, count() AS row_count
    FROM (SELECT topic, partition, offset FROM ops.stored_places UNION ALL SELECT topic, partition, offset FROM raw.rejected
      UNION ALL SELECT topic, partition, offset FROM (SELECT DISTINCT topic, partition, offset, epoch FROM ops.erased_rows)) AS places
    LEFT JOIN windows USING (topic, partition)
    WHERE NOT is_known OR offset < to
    GROUP BY topic, partition
  )
SELECT concat(topic, '/', toString(partition), ': ranges say ', toString(said.row_count), ' rows, the tables hold ', toString(held.row_count)) AS problem
FROM said
FULL OUTER JOIN held USING (topic, partition)
WHERE said.row_count != held.row_count
LIMIT 10
