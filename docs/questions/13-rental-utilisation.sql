-- Which rental copies earn their place, and which stand on the shelf?
SELECT product_id, any(title) AS title, max(copies) AS most_copies, sum(started) AS rentals, sum(days_out) / nullIf(sum(copies), 0) AS share_of_time_out
FROM mart.rental_utilisation AS used
LEFT JOIN (SELECT product_id, title FROM mart.products) AS product USING (product_id)
GROUP BY product_id
ORDER BY share_of_time_out DESC
LIMIT 50
