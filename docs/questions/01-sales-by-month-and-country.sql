-- How much did we sell each month, and in which countries?
SELECT toStartOfMonth(day) AS month, country, currency, sum(gross_amount) AS gross, sum(refund_amount) AS refunds, sum(net_amount) AS net
FROM mart.sales_by_country
GROUP BY month, country, currency
ORDER BY month DESC, net DESC
LIMIT 200
