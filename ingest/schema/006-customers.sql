-- One row is a customer as now known: of each fact the last that was said.
CREATE VIEW IF NOT EXISTS mart.customers
(
  customer_id String COMMENT 'Pseudonym; never a name',
  country String COMMENT 'Where the customer is; empty when not said',
  tier String COMMENT 'Of the loyalty scheme; empty when not said',
  personalisation Nullable(Bool) COMMENT 'May recommendations use the history? Null when not said',
  registered_at DateTime64(3, 'UTC') COMMENT 'When the customer became known'
)
AS
SELECT
  customer_id, argMaxIf(event.country, offset, event.country != '') AS country, argMaxIf(event.tier, offset, event.tier != '') AS tier,
  argMax(event.personalisation, offset) AS personalisation, min(occurred_at) AS registered_at
FROM raw.customers AS event
GROUP BY customer_id
HAVING countIf(type = 'customer_erased') = 0
COMMENT 'Customers as they are now known, without those who were erased'

-- then

-- One row is a customer from one change of what is known to the next. Facts that an event leaves out stay as they were;
-- an event that says nothing new makes no row, and of events of one instant the later word counts.
CREATE VIEW IF NOT EXISTS mart.customer_history
(
  customer_id String COMMENT 'Pseudonym; never a name',
  valid_from DateTime64(3, 'UTC') COMMENT 'When this became known',
  valid_to DateTime64(3, 'UTC') COMMENT 'When something else did; 2299 for what holds',
  country String COMMENT 'Where the customer is; empty when not said',
  tier String COMMENT 'Of the loyalty scheme; empty when not said',
  personalisation Nullable(Bool) COMMENT 'May recommendations use the history? Null when not said'
)
AS
SELECT
  customer_id, valid_from,
  leadInFrame(valid_from, 1, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')) OVER (PARTITION BY customer_id ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS valid_to,
  country, tier, personalisation
FROM
(
  SELECT *, toString((country, tier, personalisation)) AS facts,
    lagInFrame(facts) OVER (PARTITION BY customer_id ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS facts_before
  FROM
  (
    SELECT
      customer_id, occurred_at AS valid_from, offset,
      argMaxIf(toString(event.country), (occurred_at, offset), event.country != '') OVER so_far AS country,
      argMaxIf(toString(event.tier), (occurred_at, offset), event.tier != '') OVER so_far AS tier,
      argMaxIf(event.personalisation, (occurred_at, offset), isNotNull(event.personalisation)) OVER so_far AS personalisation
    FROM raw.customers AS event
    WHERE type IN ('customer_registered', 'customer_updated', 'consent_changed')
      AND customer_id NOT IN (SELECT customer_id FROM raw.customers WHERE type = 'customer_erased')
    WINDOW so_far AS (PARTITION BY customer_id ORDER BY occurred_at, offset ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ORDER BY offset DESC
    LIMIT 1 BY customer_id, occurred_at
  )
)
WHERE facts != facts_before
COMMENT 'Customers as they were known, with the time that it held: valid_from <= t AND t < valid_to'
