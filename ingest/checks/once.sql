-- no event_id of one key (an order, a product, a visitor) is stored twice, and no place of the log
WITH places AS
(
  SELECT topic, partition, offset, toString(event_id) AS event_id FROM raw.behaviour
  UNION ALL SELECT topic, partition, offset, toString(event_id) FROM raw.orders
  UNION ALL SELECT topic, partition, offset, toString(event_id) FROM raw.stock
  UNION ALL SELECT topic, partition, offset, toString(event_id) FROM raw.catalogue
  UNION ALL SELECT topic, partition, offset, toString(event_id) FROM raw.customers
)
SELECT concat(topic, ': event ', event_id, ' is stored ', toString(count()), ' times') AS problem
FROM places
GROUP BY topic, partition, event_id
HAVING count() > 1
LIMIT 10
UNION ALL
SELECT concat(topic, '/', toString(partition), ' offset ', toString(offset), ' is stored ', toString(count()), ' times') AS problem
FROM (SELECT topic, partition, offset FROM places UNION ALL SELECT topic, partition, offset FROM raw.rejected)
GROUP BY topic, partition, offset
HAVING count() > 1
LIMIT 10
