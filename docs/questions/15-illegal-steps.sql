-- What did our systems say that cannot be, such as a shipment of an order that was cancelled?
SELECT subject, problem, count() AS times, min(occurred_at) AS first_at, max(occurred_at) AS last_at, any(subject_id) AS for_example
FROM mart.flags
GROUP BY subject, problem
ORDER BY times DESC
LIMIT 50
