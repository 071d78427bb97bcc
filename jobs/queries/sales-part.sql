-- One row is an order of a run, of one part of many.
INSERT INTO ops.sales_due (run, order_id)
SELECT {part_run: String}, order_id
FROM ops.sales_due
WHERE run = {run: String} AND cityHash64(order_id) % {parts: UInt32} = {part: UInt32}
