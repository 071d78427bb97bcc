-- One row is something that cannot be, as often as it was said, the most frequent first.
SELECT subject, problem, count() AS times, max(occurred_at) AS last_at, any(subject_id) AS example
FROM mart.flags
WHERE $__timeFilter(occurred_at)
GROUP BY subject, problem
ORDER BY times DESC, subject, problem
LIMIT 50
