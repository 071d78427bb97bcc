-- One row is a partition of a topic that holds more than mart.sales is made of, for each epoch of its rows.
SELECT
  topic, partition, epoch, toUInt64(greatest(min(first_offset), any(done.next_offset))) AS from_offset, toUInt64(max(last_offset) + 1) AS to_offset
FROM ops.ingest_blocks AS stored
LEFT JOIN
(
  SELECT topic, partition, epoch, max(next_offset) AS next_offset FROM ops.sales_progress GROUP BY topic, partition, epoch
) AS done USING (topic, partition, epoch)
WHERE topic IN ('flipside.catalogue', 'flipside.orders')
GROUP BY topic, partition, epoch
HAVING to_offset > from_offset
ORDER BY topic, epoch, partition
