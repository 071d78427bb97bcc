-- One row is a work of an order or rental with a step that was stored since a time: what goes with it may have changed.
WITH
  stored AS
  (
    SELECT topic, partition, epoch, min(first_offset) AS from_offset
    FROM ops.ingest_blocks
    WHERE topic IN ('flipside.orders', 'flipside.rentals') AND ingested_at >= parseDateTime64BestEffort({since:String}, 3, 'UTC')
    GROUP BY topic, partition, epoch
  )
SELECT DISTINCT work_id
FROM
(
  SELECT arrayJoin(lines.product_id) AS product_id
  FROM raw.orders
  WHERE type = 'order_placed' AND order_id IN
  (
    SELECT order_id
    FROM raw.orders
    INNER JOIN (SELECT partition, epoch, from_offset FROM stored WHERE topic = 'flipside.orders') AS block USING (partition, epoch)
    WHERE offset >= from_offset
  )
  UNION ALL
  SELECT product_id
  FROM raw.rentals
  INNER JOIN (SELECT partition, epoch, from_offset FROM stored WHERE topic = 'flipside.rentals') AS block USING (partition, epoch)
  WHERE offset >= from_offset
) AS traded
INNER JOIN (SELECT product_id, work_id FROM mart.products WHERE NOT retired) AS product USING (product_id)
ORDER BY work_id
