-- The one row is how many lines of the run's orders are not as they should be. An order that got a step meanwhile is looked
-- at again in the range of that step.
SELECT toUInt32(count()) AS line_count
FROM ops.sales_corrections(run = {run: String})
WHERE order_id NOT IN
(
  SELECT order_id
  FROM raw.orders
  LEFT JOIN
  (
    SELECT partition, epoch, max(next_offset) AS next_offset FROM ops.sales_progress WHERE topic = 'flipside.orders' GROUP BY partition, epoch
  ) AS done USING (partition, epoch)
  WHERE order_id IN (SELECT order_id FROM ops.sales_due WHERE run = {run: String})
    AND offset >= if(({topic: String}, {partition: UInt16}, {epoch: UInt32}) = ('flipside.orders', partition, epoch), {to_offset: UInt64}, done.next_offset)
)
