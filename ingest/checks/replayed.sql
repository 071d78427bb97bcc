-- what the warehouse holds of a replayed shop's file
WITH
  placed AS
  (
    SELECT order_id, type = 'order_refunded' AS refunded, line.quantity * line.unit_price AS amount
    FROM raw.orders ARRAY JOIN lines AS line
    WHERE source = {source:String} AND type IN ('order_placed', 'order_refunded')
  ),
  corrected AS (SELECT reference FROM raw.stock WHERE source = {source:String} AND line_id > 0)
SELECT
  (SELECT count() FROM placed) + (SELECT count() FROM corrected) AS lines,
  (SELECT uniqExact(JSONExtractUInt(body, 'line_id')) FROM raw.rejected
    WHERE JSONExtractString(body, 'type') = 'unreadable_line' AND JSONExtractString(body, 'source') = {source:String}) AS lines_rejected,
  (SELECT toString(sum(amount)) FROM placed) AS amount,
  (SELECT countIf(refunded) FROM placed) AS refund_lines,
  (SELECT toString(sumIf(amount, refunded)) FROM placed) AS refund_amount,
  (SELECT uniqExact(id) FROM (SELECT order_id AS id FROM placed UNION ALL SELECT reference FROM corrected)) AS documents,
  (SELECT uniqExact(customer_id) FROM raw.customers WHERE source = {source:String}) AS customers
