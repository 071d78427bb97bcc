-- What goes missing?
SELECT
  toStartOfMonth(day) AS month, currency, count() AS counts, countIf(variance = 0) / count() AS found_as_expected,
  -sumIf(variance, variance < 0) AS units_lost, sumIf(variance, variance > 0) AS units_found, -sum(variance_cost) AS shrink_cost,
  countIf(variance != 0 AND isNull(unit_cost)) AS counts_without_cost, max(simulated) AS has_invented_figures
FROM mart.stocktakes
GROUP BY month, currency
ORDER BY month DESC, currency
