-- How long do our suppliers take, and how reliable are they?
SELECT supplier_id, count() AS orders, quantile(0.5)(lead_days) AS median_days, quantile(0.9)(lead_days) AS nine_of_ten_within, max(lead_days) AS longest, sum(units_open) AS units_open
FROM mart.purchases
WHERE supplier_id != '' AND isNotNull(lead_days)
GROUP BY supplier_id
ORDER BY orders DESC
