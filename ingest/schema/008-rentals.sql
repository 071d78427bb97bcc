-- One row is a step of a rental with the state that it left. A step that may not follow is kept and moves nothing. All
-- steps of a copy lie in one partition; of a rental with more than 1,000 steps the rest is left out.
CREATE VIEW IF NOT EXISTS mart.rental_timeline AS
WITH ${RENTAL_MOVES} AS moves
SELECT
  rental_id, copy_id, product_id, customer_id, life.1.1 AS occurred_at, life.1.2 AS offset, life.1.3 AS step, life.1.4 AS due_at, life.1.5 AS price,
  life.2 AS state, mapContains(moves, concat(life.3, ' ', step)) AS is_legal
FROM
(
  SELECT
    rental_id, any(copy_id) AS copy_id, any(product_id) AS product_id, anyIf(user_id, user_id != '') AS customer_id,
    groupArraySorted(1000)((occurred_at, offset, toString(type), event.due_at, ifNull(event.price, 0))) AS steps,
    arrayFold((states, one) -> arrayPushBack(states, if(mapContains(moves, concat(states[-1], ' ', one.3)), moves[concat(states[-1], ' ', one.3)], states[-1])), steps, ['none']) AS states
  FROM raw.rentals AS event
  WHERE type NOT IN ('deposit_taken', 'deposit_returned')
  GROUP BY rental_id
)
ARRAY JOIN arrayZip(steps, arrayPopFront(states), arrayPopBack(states)) AS life

-- then

-- One row is the deposit of a rental.
CREATE VIEW IF NOT EXISTS mart.rental_deposits AS
SELECT
  rental_id, any(copy_id) AS copy_id, sumIf(amount, type = 'deposit_taken') - sumIf(amount, type = 'deposit_returned') AS deposit_held,
  any(event.currency) AS currency, max(occurred_at) AS changed_at
FROM raw.rentals AS event
WHERE type IN ('deposit_taken', 'deposit_returned')
GROUP BY rental_id

-- then

-- One row is a rental as it is now: its state after the last legal step, when it must be back by the last legal word on
-- that, and what it costs, which is nothing when it never happened.
CREATE VIEW IF NOT EXISTS mart.rentals AS
SELECT
  rental_id, any(life.copy_id) AS copy_id, any(product_id) AS product_id, any(customer_id) AS customer_id,
  argMax(life.state, (life.occurred_at, life.offset)) AS state, countIf(NOT is_legal) AS illegal_steps,
  minIf(life.occurred_at, is_legal AND step = 'rental_started') AS started_at,
  argMaxIf(life.due_at, (life.occurred_at, life.offset), is_legal AND step IN ('rental_started', 'rental_renewed')) AS due_at,
  maxIf(life.occurred_at, is_legal AND step IN ('rental_returned', 'rental_reversed', 'rental_lost')) AS ended_at,
  if(state = 'reversed', 0, sumIf(life.price, is_legal)) AS charged_amount, any(deposits.deposit_held) AS deposit_held,
  max(life.occurred_at) AS changed_at
FROM mart.rental_timeline AS life
LEFT JOIN mart.rental_deposits AS deposits USING (rental_id)
GROUP BY rental_id
