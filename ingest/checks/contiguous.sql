-- ranges of each partition follow each other from offset 0, without gap or overlap
SELECT concat(topic, '/', toString(partition), ': offset ', toString(expected), ' expected, range begins at ', toString(first_offset)) AS problem
FROM
(
  SELECT
    topic, partition, first_offset,
    lagInFrame(last_offset + 1, 1, 0) OVER (PARTITION BY topic, partition ORDER BY first_offset ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS expected
  FROM ops.ingest_blocks
  WHERE epoch = 0
)
WHERE first_offset != expected
ORDER BY topic, partition, first_offset
LIMIT 10
