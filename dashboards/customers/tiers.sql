-- One row is a tier of the loyalty scheme, with the customers in it who bought and what they brought.
SELECT if(level = '', 'none', level) AS tier, count() AS customers, sum(orders) AS orders, toFloat64(sum(net_amount)) AS net_amount
FROM mart.customer_value AS value
LEFT JOIN (SELECT customer_id, tier AS level FROM mart.customers) AS customer USING (customer_id)
WHERE currency = '{SHOP_CURRENCY}'
GROUP BY tier
ORDER BY net_amount DESC
