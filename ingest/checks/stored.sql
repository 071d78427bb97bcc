-- the rows of each partition are as many as its ranges say were stored or rejected
WITH
  said AS (SELECT topic, partition, sum(stored) + sum(rejected) AS row_count FROM ops.ingest_blocks GROUP BY topic, partition),
  held AS
  (
    SELECT topic, partition, count() AS row_count
    FROM (SELECT topic, partition FROM ops.stored_places UNION ALL SELECT topic, partition FROM raw.rejected)
    GROUP BY topic, partition
  )
SELECT concat(topic, '/', toString(partition), ': ranges say ', toString(said.row_count), ' rows, the tables hold ', toString(held.row_count)) AS problem
FROM said
FULL OUTER JOIN held USING (topic, partition)
WHERE said.row_count != held.row_count
LIMIT 10
