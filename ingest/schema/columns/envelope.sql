-- What every event carries, beside its own fields.
  event_id UUID COMMENT 'Made by the sender, kept over retries',
  type LowCardinality(String) COMMENT 'Event type',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When it happened, by the sender''s clock',
  received_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC') COMMENT 'When the collector took it',
  user_id String COMMENT 'Customer''s pseudonym; empty for guests',
  anonymous_id String COMMENT 'Guest''s id; empty when none was sent',
  session_id String COMMENT 'Session, as the sender names it',
  source LowCardinality(String) COMMENT 'The system that sent it',
  schema_version UInt8 DEFAULT 1 COMMENT 'Version of the event type''s schema',
  simulated Array(LowCardinality(String)) COMMENT 'Fields with invented values; * means the whole event'
