-- tables of new views hold what was stored before the view was there
SELECT concat(view, ': of ', topic, '/', toString(partition), ' offsets ', toString(max(next_offset)), ' to ', toString(any(end_offset) - 1), ' are still to be filled in; ingest does it, or npm run migrate') AS problem
FROM ops.view_fills
GROUP BY view, topic, partition
HAVING max(next_offset) < any(end_offset)
