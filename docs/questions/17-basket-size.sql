-- How large is an order, on the web and in the shop?
SELECT channel, currency, count() AS orders, avg(units) AS units, avg(toFloat64(gross_amount)) AS value, median(toFloat64(gross_amount)) AS median_value
FROM mart.baskets
GROUP BY channel, currency
ORDER BY orders DESC
