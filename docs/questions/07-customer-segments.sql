-- Who are our best customers, and who is about to leave us?
SELECT segment, currency, count() AS customers, sum(orders) AS orders, sum(net_amount) AS net, median(days_since_last_order) AS days_since_last_order
FROM mart.customer_value
GROUP BY segment, currency
ORDER BY net DESC
