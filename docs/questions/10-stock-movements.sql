-- What moved our stock in the last week: sales, deliveries, corrections?
SELECT movement, count() AS movements, uniqExact(product_id) AS products, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved, sum(on_order_change) AS on_order
FROM mart.stock_movements
WHERE occurred_at > (SELECT max(occurred_at) FROM mart.stock_movements) - INTERVAL 7 DAY
GROUP BY movement
ORDER BY movements DESC
