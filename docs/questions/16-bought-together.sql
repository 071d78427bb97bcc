-- Which albums are bought together more often than by chance?
SELECT any(left_title) AS work, any(right_title) AS other_work, orders_together, lift
FROM mart.affinity AS pair
LEFT JOIN (SELECT work_id, any(title) AS left_title FROM mart.products GROUP BY work_id) AS one USING (work_id)
LEFT JOIN (SELECT work_id AS other_work_id, any(title) AS right_title FROM mart.products GROUP BY work_id) AS other USING (other_work_id)
WHERE pair.work_id < pair.other_work_id
GROUP BY pair.work_id, pair.other_work_id, orders_together, lift
ORDER BY lift DESC, orders_together DESC
LIMIT 50
