-- The one row is when events of these topics were stored last; empty when none ever was.
SELECT if(count() = 0, '', toString(max(ingested_at))) AS stored_at
FROM ops.ingest_blocks
WHERE topic IN {topics: Array(String)}
