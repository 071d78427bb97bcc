-- no event_id of one key (an order, a product, a visitor) is stored twice, and no place of the log
SELECT concat(topic, ': event ', toString(event_id), ' is stored ', toString(count()), ' times') AS problem
FROM ops.stored_places
GROUP BY topic, partition, event_id
HAVING count() > 1
LIMIT 10
UNION ALL
SELECT concat(topic, '/', toString(partition), ' offset ', toString(offset), ' is stored ', toString(count()), ' times') AS problem
FROM (SELECT topic, partition, offset FROM ops.stored_places UNION ALL SELECT topic, partition, offset FROM raw.rejected)
GROUP BY topic, partition, offset
HAVING count() > 1
LIMIT 10
