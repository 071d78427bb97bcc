-- no replay was left half way, and what was verified before is still there
SELECT concat('replay ', toString(epoch), ' of ', topic, '/', toString(partition), ' has not ended: npm run replay -- --resume') AS problem
FROM ops.replays
GROUP BY topic, partition, epoch
HAVING countIf(step = 'done') = 0
LIMIT 10
UNION ALL
SELECT concat(topic, '/', toString(partition), ': verified up to offset ', toString(verified.next), ', but its ranges end at ', toString(stored.next)) AS problem
FROM (SELECT topic, partition, max(next_offset) AS next FROM ops.verified GROUP BY topic, partition) AS verified
LEFT JOIN (SELECT topic, partition, max(last_offset) + 1 AS next FROM ops.ingest_blocks GROUP BY topic, partition) AS stored USING (topic, partition)
WHERE stored.next < verified.next
LIMIT 10
