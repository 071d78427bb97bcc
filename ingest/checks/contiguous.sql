-- ranges of each partition follow each other from the log's start, without gap or overlap
WITH begun AS
(
  SELECT topic, partition, start
  FROM (SELECT {topics:Array(String)} AS topics, {partitions:Array(UInt16)} AS partitions, {starts:Array(UInt64)} AS starts)
  ARRAY JOIN topics AS topic, partitions AS partition, starts AS start
)
SELECT concat(topic, '/', toString(partition), ': offset ', toString(expected), ' expected, range begins at ', toString(first_offset)) AS problem
FROM
(
  SELECT topic, partition, first_offset, if(number = 1, start, last_before + 1) AS expected
  FROM
  (
    SELECT topic, partition, first_offset, row_number() OVER (PARTITION BY topic, partition ORDER BY first_offset, last_offset) AS number,
      max(last_offset) OVER (PARTITION BY topic, partition ORDER BY first_offset, last_offset ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_before
    FROM ops.ingest_blocks
  ) AS numbered
  LEFT JOIN begun USING (topic, partition)
)
WHERE first_offset > expected
ORDER BY topic, partition, first_offset
LIMIT 10
UNION ALL
SELECT concat(topic, '/', toString(partition), ', epoch ', toString(epoch), ': offset ', toString(first_offset), ' is in two ranges') AS problem
FROM
(
  SELECT topic, partition, epoch, first_offset, row_number() OVER (PARTITION BY topic, partition, epoch ORDER BY first_offset, last_offset) AS number,
    max(last_offset) OVER (PARTITION BY topic, partition, epoch ORDER BY first_offset, last_offset ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_before
  FROM ops.ingest_blocks
)
WHERE number > 1 AND first_offset <= last_before
ORDER BY topic, partition, first_offset
LIMIT 10
