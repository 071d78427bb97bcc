-- One row is a product of which copies were rented in the last 91 days on which anything was: the copies out in the mean, and those there are.
SELECT product_id, sum(days_out) / 91 AS load, argMax(copies, day) AS copies
FROM mart.rental_utilisation
WHERE day > (SELECT max(day) FROM mart.rental_utilisation) - 91
GROUP BY product_id
HAVING load > 0
