-- How much money lies in records that have been here for long?
SELECT age_band, currency, sum(units) AS units, sum(cost_amount) AS cost, max(simulated) AS has_invented_figures
FROM mart.stock_ageing
GROUP BY age_band, currency
ORDER BY min(age_days), currency
