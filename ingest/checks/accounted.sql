-- in every range, records read = stored + rejected + repeats + erased, and no offset of the range was left out
SELECT concat(topic, '/', toString(partition), ' ', toString(first_offset), '-', toString(last_offset), ': ', toString(records), ' records, ',
  toString(stored), ' stored, ', toString(rejected), ' rejected, ', toString(repeats), ' repeats, ', toString(erased), ' erased') AS problem
FROM ops.ingest_blocks
WHERE records != stored + rejected + repeats + erased OR records > last_offset - first_offset + 1
LIMIT 10
