-- What do we earn on vinyl, CDs and films?
SELECT
  format, currency, sum(costed_amount) AS net_with_known_cost, sum(costed_amount) - sum(cost_amount) AS margin,
  toFloat64(margin) / nullIf(toFloat64(net_with_known_cost), 0) AS margin_rate, max(cost_is_simulated) AS has_invented_costs
FROM mart.sales_by_category
WHERE kind = 'product'
GROUP BY format, currency
ORDER BY margin DESC
