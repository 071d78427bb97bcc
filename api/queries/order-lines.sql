-- One row is a line of one order or of its refund. Reads by the table's key.
SELECT
  line_id, movement, kind, product_id, description, quantity,
  toString(unit_price) AS unit_price, toString(amount) AS amount, currency, tax_included
FROM mart.order_lines
WHERE order_id = {order_id: String}
ORDER BY movement, occurred_at, line_id
LIMIT 10000
