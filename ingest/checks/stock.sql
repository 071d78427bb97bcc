-- on hand, reserved and on order of each product are the plain sums of its movements as they arrived
WITH
  started AS (SELECT product_id, min((occurred_at, offset)) AS begun FROM raw.stock WHERE type = 'stock_initialised' GROUP BY product_id),
  summed AS
  (
    SELECT
      product_id,
      sum(CASE
        WHEN (occurred_at, offset) < begun THEN 0
        WHEN type = 'stock_initialised' THEN if((occurred_at, offset) = begun, quantity, 0)
        WHEN type IN ('stock_received', 'stock_adjusted', 'stock_returned', 'purchase_received') THEN quantity
        WHEN type = 'stock_counted' THEN quantity - expected_quantity
        WHEN type = 'stock_shipped' THEN -quantity
        ELSE 0 END) AS on_hand,
      sum(CASE
        WHEN type = 'stock_reserved' THEN quantity
        WHEN type = 'stock_released' THEN -quantity
        WHEN type = 'stock_shipped' THEN -ifNull(reserved_quantity, quantity)
        ELSE 0 END) AS reserved,
      sum(CASE WHEN type = 'purchase_ordered' THEN quantity WHEN type IN ('purchase_received', 'purchase_cancelled') THEN -quantity ELSE 0 END) AS on_order
    FROM raw.stock
    INNER JOIN started USING (product_id)
    GROUP BY product_id
  )
SELECT concat(product_id, ': raw says on hand ', toString(summed.on_hand), ', reserved ', toString(summed.reserved), ', on order ', toString(summed.on_order),
  '; the mart ', toString(level.on_hand), ', ', toString(level.reserved), ', ', toString(level.on_order)) AS problem
FROM summed
FULL OUTER JOIN mart.stock_levels AS level USING (product_id)
WHERE (summed.on_hand, summed.reserved, summed.on_order) != (level.on_hand, level.reserved, level.on_order)
LIMIT 10
