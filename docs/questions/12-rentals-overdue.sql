-- Which rented films should be back by now, and who has them?
SELECT rental_id, copy_id, title, customer_id, due_at, dateDiff('day', due_at, now()) AS days_late, deposit_held, currency
FROM mart.rentals
LEFT JOIN (SELECT product_id, title FROM mart.products) AS product USING (product_id)
WHERE state = 'out' AND due_at < now()
ORDER BY due_at
LIMIT 100
