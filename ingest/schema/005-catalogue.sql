-- One row is a list price from when it was set to when the next was. Of prices set at one instant the later word counts,
-- and the others held for no time at all.
CREATE VIEW IF NOT EXISTS mart.price_history
(
  product_id String COMMENT 'Product',
  valid_from DateTime64(3, 'UTC') COMMENT 'When it was set',
  valid_to DateTime64(3, 'UTC') COMMENT 'When the next was set; 2299 for the one that holds',
  price Nullable(Decimal(18, 4)) COMMENT 'List price; null when the shop named none',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  set_by LowCardinality(String) COMMENT 'product_upserted or price_changed',
  offset UInt64 COMMENT 'Place of that event in the log'
)
AS
SELECT
  product_id, occurred_at AS valid_from,
  leadInFrame(occurred_at, 1, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')) OVER (PARTITION BY product_id ORDER BY occurred_at, offset ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS valid_to,
  price, currency, type AS set_by, offset
FROM raw.catalogue
WHERE type IN ('product_upserted', 'price_changed')
COMMENT 'List prices, with the time that each holds: valid_from <= t AND t < valid_to'

-- then

-- One row is a product as it is now: the last description, the last price, retired or not. All events of a product lie in
-- one partition, so the later offset is the later word. A retired product keeps the facts that it had, for those who own it.
CREATE VIEW IF NOT EXISTS mart.products
(
  product_id String COMMENT 'What is sold, stocked and priced',
  work_id String COMMENT 'The work that it is an edition of',
  title String COMMENT 'Title as shown',
  format String COMMENT 'cd, vinyl, dvd …; empty when unknown',
  attributes Map(String, String) COMMENT 'Further facts: artist, genre …',
  price Nullable(Decimal(18, 4)) COMMENT 'List price; null when the shop names none',
  currency String COMMENT 'ISO 4217, of price and cost',
  unit_cost Nullable(Decimal(18, 4)) COMMENT 'What a unit costs the shop; null when not said',
  lead_time_days Nullable(UInt16) COMMENT 'Days from order to delivery; null when not said',
  supplier_id String COMMENT 'Who delivers it; empty when not said',
  pack_size UInt32 COMMENT 'Units to a pack; 0 when not said',
  minimum_order UInt32 COMMENT 'Units that the supplier delivers at least; 0 when not said',
  stock_max UInt32 COMMENT 'Units that the shop has room for; 0 when not said',
  simulated Array(String) COMMENT 'Facts that are invented; * means all',
  retired UInt8 COMMENT '1 when it is no longer sold',
  changed_at DateTime64(3, 'UTC') COMMENT 'When anything was last said of it'
)
AS
SELECT
  product_id, facts.1 AS work_id, facts.2 AS title, facts.3 AS format, facts.4 AS attributes, listed.1 AS price, listed.2 AS currency,
  facts.5 AS unit_cost, facts.6 AS lead_time_days, facts.7 AS supplier_id, facts.8 AS pack_size, facts.9 AS minimum_order, facts.10 AS stock_max, facts.11 AS simulated, last_type = 'product_retired' AS retired, changed_at
FROM
(
  SELECT
    product_id,
    argMaxIf((work_id, title, format, attributes, unit_cost, lead_time_days, supplier_id, pack_size, minimum_order, stock_max, simulated), offset, type = 'product_upserted') AS facts,
    argMaxIf((price, currency), offset, type IN ('product_upserted', 'price_changed')) AS listed,
    argMaxIf(type, offset, type IN ('product_upserted', 'product_retired')) AS last_type,
    max(occurred_at) AS changed_at
  FROM raw.catalogue
  GROUP BY product_id
  HAVING countIf(type = 'product_upserted') > 0
)
COMMENT 'Products as they are now'

-- then

-- One row is a product from one description to the next: what it was when. Of descriptions of one instant the later word counts.
CREATE VIEW IF NOT EXISTS mart.product_history
(
  product_id String COMMENT 'Product',
  valid_from DateTime64(3, 'UTC') COMMENT 'When it was described so',
  valid_to DateTime64(3, 'UTC') COMMENT 'When the next description came; 2299 for the one that holds',
  work_id String COMMENT 'The work that it is an edition of',
  title String COMMENT 'Title as shown',
  format LowCardinality(String) COMMENT 'cd, vinyl, dvd …; empty when unknown',
  category String COMMENT 'Its category, or else its genre; empty when it names neither',
  attributes Map(LowCardinality(String), String) COMMENT 'Further facts: artist, genre …',
  unit_cost Nullable(Decimal(18, 4)) COMMENT 'What a unit costs the shop; null when not said',
  cost_is_simulated Bool COMMENT 'Whether the cost is invented',
  lead_time_days Nullable(UInt16) COMMENT 'Days from order to delivery; null when not said'
)
AS
SELECT
  product_id, occurred_at AS valid_from,
  leadInFrame(occurred_at, 1, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')) OVER (PARTITION BY product_id ORDER BY occurred_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS valid_to,
  work_id, title, format, if(attributes['category'] != '', attributes['category'], attributes['genre']) AS category, attributes,
  unit_cost, toBool(hasAny(simulated, ['*', 'unit_cost'])) AS cost_is_simulated, lead_time_days
FROM
(
  SELECT product_id, occurred_at, work_id, title, format, attributes, unit_cost, simulated, lead_time_days
  FROM raw.catalogue
  WHERE type = 'product_upserted'
  ORDER BY offset DESC
  LIMIT 1 BY product_id, occurred_at
)
COMMENT 'Products as they were described, with the time that each description holds'
