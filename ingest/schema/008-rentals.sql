-- One row is a step of a rental with the state that it left. A step that may not follow is kept and moves nothing. All
-- steps of a copy lie in one partition; of a rental with more than 1,000 steps the rest is left out.
CREATE VIEW IF NOT EXISTS mart.rental_timeline
(
  rental_id String COMMENT 'The rental',
  copy_id String COMMENT 'The very disc or cartridge',
  product_id String COMMENT 'What it is a copy of',
  customer_id String COMMENT 'Who rents, by pseudonym; empty when no step says',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When',
  offset UInt64 COMMENT 'Place of the step in the log',
  step String COMMENT 'Event type',
  due_at DateTime64(3, 'UTC') COMMENT 'When the copy must be back by this step; 1970 when it does not say',
  price Decimal(18, 4) COMMENT 'What this step costs; 0 when it does not say',
  currency String COMMENT 'ISO 4217; empty when it does not say',
  state String COMMENT 'State of the rental after it: out, returned, reversed or lost',
  is_legal UInt8 COMMENT '1 when the step may follow the state before it; 0: it moved nothing'
)
AS
WITH ${RENTAL_MOVES} AS moves
SELECT
  rental_id, copy_id, product_id, customer_id, life.1.1 AS occurred_at, life.1.2 AS offset, life.1.3 AS step, life.1.4 AS due_at, life.1.5 AS price, life.1.6 AS currency,
  life.2 AS state, mapContains(moves, concat(life.3, ' ', step)) AS is_legal
FROM
(
  SELECT
    rental_id, any(copy_id) AS copy_id, any(product_id) AS product_id, anyIf(user_id, user_id != '') AS customer_id,
    groupArraySorted(1000)((occurred_at, offset, toString(type), event.due_at, ifNull(event.price, 0), toString(event.currency))) AS steps,
    arrayFold((states, one) -> arrayPushBack(states, if(mapContains(moves, concat(states[-1], ' ', one.3)), moves[concat(states[-1], ' ', one.3)], states[-1])), steps, ['none']) AS states
  FROM raw.rentals AS event
  WHERE type NOT IN ('deposit_taken', 'deposit_returned')
  GROUP BY rental_id
)
ARRAY JOIN arrayZip(steps, arrayPopFront(states), arrayPopBack(states)) AS life
COMMENT 'Steps of rentals, in order, with the state that each left'

-- then

-- One row is the deposit of a rental.
CREATE VIEW IF NOT EXISTS mart.rental_deposits
(
  rental_id String COMMENT 'The rental',
  copy_id String COMMENT 'The very disc or cartridge',
  deposit_held Decimal(38, 4) COMMENT 'Taken less given back',
  currency String COMMENT 'ISO 4217',
  changed_at DateTime64(3, 'UTC') COMMENT 'When a deposit was last taken or given back'
)
AS
SELECT
  rental_id, any(copy_id) AS copy_id, sumIf(amount, type = 'deposit_taken') - sumIf(amount, type = 'deposit_returned') AS deposit_held,
  any(event.currency) AS currency, max(occurred_at) AS changed_at
FROM raw.rentals AS event
WHERE type IN ('deposit_taken', 'deposit_returned')
GROUP BY rental_id
COMMENT 'Deposits of rentals'

-- then

-- One row is a rental as it is now: its state after the last legal step, when it must be back by the last legal word on
-- that, and what it costs, which is nothing when it never happened.
CREATE VIEW IF NOT EXISTS mart.rentals
(
  rental_id String COMMENT 'The rental',
  copy_id String COMMENT 'The very disc or cartridge',
  product_id String COMMENT 'What it is a copy of',
  customer_id String COMMENT 'Who rents, by pseudonym; empty when no step says',
  state String COMMENT 'out, returned, reversed or lost; none when it never began',
  illegal_steps UInt64 COMMENT 'Steps that may not be: kept, flagged, and without effect',
  started_at DateTime64(3, 'UTC') COMMENT 'When the copy went out; 1970 when it never did',
  due_at DateTime64(3, 'UTC') COMMENT 'When it must be back, renewals included',
  ended_at DateTime64(3, 'UTC') COMMENT 'When it came back, was reversed or given up; 1970 while it is out',
  charged_amount Decimal(38, 4) COMMENT 'Price of the rental and its renewals; 0 when it was reversed',
  currency String COMMENT 'ISO 4217 of charged_amount; empty when no step says',
  deposit_held Decimal(38, 4) COMMENT 'Deposit taken less given back',
  changed_at DateTime64(3, 'UTC') COMMENT 'When its last step was'
)
AS
SELECT
  rental_id, any(life.copy_id) AS copy_id, any(product_id) AS product_id, any(customer_id) AS customer_id,
  argMax(life.state, (life.occurred_at, life.offset)) AS state, countIf(NOT is_legal) AS illegal_steps,
  minIf(life.occurred_at, is_legal AND step = 'rental_started') AS started_at,
  argMaxIf(life.due_at, (life.occurred_at, life.offset), is_legal AND step IN ('rental_started', 'rental_renewed')) AS due_at,
  maxIf(life.occurred_at, is_legal AND step IN ('rental_returned', 'rental_reversed', 'rental_lost')) AS ended_at,
  if(state = 'reversed', 0, sumIf(life.price, is_legal)) AS charged_amount, anyIf(life.currency, life.currency != '') AS currency, any(deposits.deposit_held) AS deposit_held,
  max(life.occurred_at) AS changed_at
FROM mart.rental_timeline AS life
LEFT JOIN mart.rental_deposits AS deposits USING (rental_id)
GROUP BY rental_id
COMMENT 'Rentals as they are now'

-- then

-- One row is a day of a product of which copies are rented, from the first rental on to the last step of any. A copy is in
-- service from its first rental until it is given up as lost.
CREATE VIEW IF NOT EXISTS mart.rental_utilisation
(
  product_id String COMMENT 'Product',
  day Date COMMENT 'Day, in the shop''s zone',
  copies UInt64 COMMENT 'Copies in service on that day; a copy that was never rented is not known',
  started UInt64 COMMENT 'Rentals that began on that day',
  days_out Float64 COMMENT 'Copy-days for which copies were out on that day, to the second',
  utilisation Nullable(Float64) COMMENT 'days_out ÷ copies. Of a longer time: sum(days_out) / sum(copies)',
  amounts Map(String, Decimal(38, 4)) COMMENT 'What rentals and renewals of that day cost, by currency; deposits are none of it, nor is what was reversed'
)
AS
WITH
  assumeNotNull((SELECT max(occurred_at) FROM mart.rental_timeline)) AS last_at,
  real AS
  (
    SELECT rental_id, copy_id, product_id, started_at, if(state = 'out', last_at, ended_at) AS until, state
    FROM mart.rentals
    WHERE state NOT IN ('none', 'reversed')
  ),
  service AS
  (
    SELECT product_id, arrayJoin(arrayMap(i -> first_day + i, range(toUInt32(greatest(last_day - first_day, 0) + 1)))) AS day, count() AS copies
    FROM
    (
      SELECT
        copy_id, argMax(product_id, started_at) AS product_id, toDate(min(started_at), '${SHOP_TIME_ZONE}') AS first_day,
        toDate(if(argMax(state, started_at) = 'lost', max(until), last_at), '${SHOP_TIME_ZONE}') AS last_day
      FROM real
      GROUP BY copy_id
    )
    GROUP BY product_id, day
  ),
  outside AS
  (
    SELECT
      product_id, day, countIf(day = toDate(started_at, '${SHOP_TIME_ZONE}')) AS started,
      sum(greatest(0, toUnixTimestamp64Milli(least(until, midnight_after)) - toUnixTimestamp64Milli(greatest(started_at, midnight))) /
        (toUnixTimestamp64Milli(midnight_after) - toUnixTimestamp64Milli(midnight))) AS days_out
    FROM
    (
      SELECT
        product_id, started_at, until, arrayJoin(arrayMap(i -> toDate(started_at, '${SHOP_TIME_ZONE}') + i, range(toUInt32(greatest(toDate(until, '${SHOP_TIME_ZONE}') - toDate(started_at, '${SHOP_TIME_ZONE}'), 0) + 1)))) AS day,
        toDateTime64(day, 3, '${SHOP_TIME_ZONE}') AS midnight, toDateTime64(day + 1, 3, '${SHOP_TIME_ZONE}') AS midnight_after
      FROM real
    )
    GROUP BY product_id, day
  ),
  charged AS
  (
    SELECT product_id, toDate(occurred_at, '${SHOP_TIME_ZONE}') AS day, sumMap(map(currency, toDecimal128(price, 4))) AS amounts
    FROM mart.rental_timeline
    WHERE is_legal AND price != 0 AND rental_id IN (SELECT rental_id FROM real)
    GROUP BY product_id, day
  )
SELECT
  service.product_id AS product_id, service.day AS day, service.copies AS copies, outside.started AS started, outside.days_out AS days_out,
  days_out / nullIf(copies, 0) AS utilisation, charged.amounts AS amounts
FROM service
LEFT JOIN outside ON outside.product_id = service.product_id AND outside.day = service.day
LEFT JOIN charged ON charged.product_id = service.product_id AND charged.day = service.day
COMMENT 'How much of its copies'' time a product is rented out, day by day, and what it brings'
