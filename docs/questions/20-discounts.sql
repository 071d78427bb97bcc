-- How much do we give away in discounts, and in what form?
SELECT toStartOfMonth(day) AS month, discount_kind, currency, sum(discount_amount) AS discounts, uniqExact(order_id) AS orders
FROM mart.discounts
GROUP BY month, discount_kind, currency
ORDER BY month DESC, discounts
LIMIT 200
