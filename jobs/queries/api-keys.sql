-- One row is the issue or the revocation of an API key, the oldest first; what comes again is the same row twice.
SELECT
  type, key_id, key_hash, scope, label, events_per_second,
  toFloat64(toUnixTimestamp64Milli(occurred_at)) AS at_ms,
  toFloat64(toUnixTimestamp64Milli(expires_at)) AS expires_at_ms
FROM raw.operations
WHERE type IN ('api_key_issued', 'api_key_revoked')
ORDER BY occurred_at
