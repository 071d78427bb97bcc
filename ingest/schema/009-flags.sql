-- One row is something that a shop's systems should not have said. It is kept, it moves nothing, and somebody should look.
CREATE VIEW IF NOT EXISTS mart.flags
(
  subject String COMMENT 'order, rental, copy or product',
  subject_id String COMMENT 'Its id',
  occurred_at DateTime64(3, 'UTC') COMMENT 'When it was said',
  problem String COMMENT 'What may not be'
)
AS
SELECT 'order' AS subject, order_id AS subject_id, occurred_at, concat(step, ' may not follow ', state) AS problem
FROM mart.order_timeline
WHERE NOT is_legal
UNION ALL
SELECT 'rental', rental_id, occurred_at, concat(step, ' may not follow ', state) FROM mart.rental_timeline WHERE NOT is_legal
UNION ALL
SELECT 'rental', rental_id, changed_at, concat('its deposit is ', toString(deposit_held)) FROM mart.rental_deposits WHERE deposit_held < 0
UNION ALL
SELECT 'copy', copy_id, started_at, concat('went out as ', rental_id, ' while it was out')
FROM
(
  SELECT copy_id, rental_id, started_at, max(if(state = 'out', toDateTime64('2299-01-01 00:00:00', 3, 'UTC'), ended_at)) OVER
    (PARTITION BY copy_id ORDER BY started_at, rental_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier_ended_at
  FROM mart.rentals
  WHERE state NOT IN ('none', 'reversed')
)
WHERE earlier_ended_at > started_at
UNION ALL
SELECT 'product', product_id, max(occurred_at), 'its stock was initialised more than once'
FROM mart.stock_movements
WHERE movement = 'stock_initialised'
GROUP BY product_id
HAVING count() > 1
UNION ALL
SELECT 'product', product_id, moved_at, concat('on hand ', toString(on_hand), ', reserved ', toString(reserved))
FROM mart.stock_levels
WHERE on_hand < 0 OR reserved < 0
COMMENT 'What the shop''s systems should not have said'
