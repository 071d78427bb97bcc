-- One row is what mart.sales lacks of the run's orders, or takes back. Both have the same columns in the same order.
INSERT INTO mart.sales
SELECT * FROM ops.sales_corrections(run = {run: String})
