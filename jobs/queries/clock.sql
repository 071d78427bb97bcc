-- The one row is the warehouse's own time, by which it notes when a range was stored.
SELECT toString(now64(3, 'UTC')) AS now
