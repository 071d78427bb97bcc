-- One row is an order with a step in a range of the log.
INSERT INTO ops.sales_due (run, order_id)
SELECT DISTINCT {run: String}, order_id
FROM raw.orders
WHERE partition = {partition: UInt16} AND epoch = {epoch: UInt32} AND offset >= {from_offset: UInt64} AND offset < {to_offset: UInt64}
