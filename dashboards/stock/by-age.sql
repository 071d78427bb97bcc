-- One row is a band of ages of the stock, the youngest first, with what it cost.
SELECT concat(age_band, ' days') AS age_band, sum(cost_amount) AS tied_up
FROM mart.stock_ageing
WHERE currency = '{SHOP_CURRENCY}' AND isNotNull(cost_amount)
GROUP BY age_band
ORDER BY min(age_days)
