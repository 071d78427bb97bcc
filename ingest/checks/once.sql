-- no event_id of one key (an order, a product, a visitor) is stored twice, and no place of the log but by a replay that mended it
WITH
  windows AS
  (
    SELECT topic, partition, from, to
    FROM (SELECT {topics:Array(String)} AS topics, {partitions:Array(UInt16)} AS partitions, {froms:Array(UInt64)} AS froms, {tos:Array(UInt64)} AS tos)
    ARRAY JOIN topics AS topic, partitions AS partition, froms AS from, tos AS to
  ),
  fresh AS
  (
    SELECT topic, partition, offset, epoch, toUInt128(event_id) AS event_number
    FROM ops.stored_places INNER JOIN windows USING (topic, partition)
    WHERE offset >= from AND offset < to
  )
SELECT concat(topic, ': event ', toString(event_number), ' is stored ', toString(count()), ' times') AS problem
FROM
(
  SELECT topic, partition, event_number FROM fresh
  UNION ALL
  SELECT topic, partition, event_number
  FROM ops.event_ids INNER JOIN windows USING (topic, partition)
  WHERE offset < from AND (topic, event_number) IN (SELECT topic, event_number FROM fresh)
)
GROUP BY topic, partition, event_number
HAVING count() > 1
LIMIT 10
UNION ALL
SELECT concat(topic, '/', toString(partition), ' offset ', toString(offset), ' is stored ', toString(count()), ' times') AS problem
FROM
(
  SELECT topic, partition, offset, epoch, 0 AS is_rejected FROM fresh
  UNION ALL
  SELECT topic, partition, offset, epoch, 1 AS is_rejected
  FROM raw.rejected INNER JOIN windows USING (topic, partition)
  WHERE offset >= from AND offset < to
)
GROUP BY topic, partition, offset
HAVING countIf(is_rejected = 0) > 1 OR countIf(is_rejected = 1) > 1
  OR (count() = 2 AND maxIf(epoch, is_rejected = 0) <= minIf(epoch, is_rejected = 1))
LIMIT 10
SETTINGS max_bytes_before_external_group_by = 500000000
