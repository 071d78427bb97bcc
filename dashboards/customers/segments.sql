-- One row is a segment of customers, the one that brought most first.
SELECT segment, count() AS customers, sum(orders) AS orders, toFloat64(sum(net_amount)) AS net_amount, median(days_since_last_order) AS days_since_last_order
FROM mart.customer_value
WHERE currency = '{SHOP_CURRENCY}'
GROUP BY segment
ORDER BY net_amount DESC
