-- One row is a supplier of whom something was ordered in these days: days that deliveries took, and what is still to come.
SELECT
  if(any(title) = '', purchases.supplier_id, any(title)) AS supplier, any(lead_time_days) AS agreed_days,
  avg(lead_days) AS mean_days, quantile(0.9)(lead_days) AS slow_days, countIf(isNotNull(lead_days)) AS deliveries,
  countIf(isNotNull(lead_days) AND toUnixTimestamp(expected_at) > 0 AND received_at > expected_at) / nullIf(countIf(isNotNull(lead_days) AND toUnixTimestamp(expected_at) > 0), 0) AS late_share,
  sum(units_open) AS units_open
FROM mart.purchases AS purchases
LEFT JOIN (SELECT supplier_id, title, lead_time_days FROM mart.suppliers) AS terms ON terms.supplier_id = purchases.supplier_id
WHERE toDate(ordered_at, '{SHOP_TIME_ZONE}') BETWEEN {first day} AND {last day} AND purchases.supplier_id != ''
GROUP BY purchases.supplier_id
ORDER BY deliveries DESC, supplier
LIMIT 50
