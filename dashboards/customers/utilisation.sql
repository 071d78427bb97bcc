-- One row is a product whose copies are rented, with how much of their time they were out, those most rented first.
SELECT product_id, any(name) AS title, max(used.copies) AS copies, sum(used.started) AS started, sum(days_out) / nullIf(sum(used.copies), 0) AS utilisation
FROM mart.rental_utilisation AS used
LEFT JOIN (SELECT product_id, title AS name FROM mart.products) AS product USING (product_id)
WHERE {days of day}
GROUP BY product_id
ORDER BY started DESC, product_id
LIMIT 50
