-- The one row is a run's orders, and the state that they and their rows of mart.sales are in.
SELECT
  toUInt32(count()) AS order_count,
  toString((count(), sum(cityHash64(order_id)), any(held.row_count), any(held.lines))) AS state
FROM ops.sales_due
CROSS JOIN
(
  SELECT count() AS row_count, sum(line_count) AS lines
  FROM mart.sales
  WHERE order_id IN (SELECT order_id FROM ops.sales_due WHERE run = {run: String})
) AS held
WHERE run = {run: String}
