-- The one row is how many lines of the run's orders are not as they should be.
SELECT toUInt32(count()) AS line_count FROM ops.sales_corrections(run = {run: String})
