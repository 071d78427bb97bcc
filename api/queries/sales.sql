-- One row is a period, group and currency. Reads a range of the table's key.
SELECT
  multiIf({grain: String} = 'day', day, {grain: String} = 'week', toMonday(day), {grain: String} = 'month', toStartOfMonth(day), {from: Date}) AS period,
  toTimeZone(toDateTime(period, {time_zone: String}), 'UTC') AS starts_at,
  multiIf({group_by: String} = 'country', toString(country), {group_by: String} = 'product', product_id, {group_by: String} = 'kind', toString(kind), '') AS member,
  currency,
  toString(sum(gross_amount)) AS gross_amount, toString(sum(refund_amount)) AS refund_amount, toString(sum(net_amount)) AS net_amount,
  sum(units_sold) AS units_sold, sum(units_refunded) AS units_refunded, sum(line_count) AS lines
FROM mart.sales_daily
WHERE day BETWEEN {from: Date} AND {to: Date}
GROUP BY period, member, currency
ORDER BY period, sum(sales_daily.gross_amount) DESC, member, currency
LIMIT {limit: UInt32}
