-- One row is a stretch of time over which a product had nothing to sell, since its ledger began; the last one may not have ended.
SELECT product_id, toUnixTimestamp64Milli(began_at) AS from_ms, toUnixTimestamp64Milli(ended_at) AS to_ms
FROM
(
  SELECT
    product_id, is_empty, occurred_at AS began_at,
    leadInFrame(occurred_at, 1, now64(3, 'UTC')) OVER (PARTITION BY product_id ORDER BY occurred_at, at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS ended_at
  FROM
  (
    SELECT
      product_id, occurred_at, at, sellable <= 0 AS is_empty,
      lagInFrame(sellable <= 0, 1, 2) OVER (PARTITION BY product_id ORDER BY occurred_at, at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS was_empty
    FROM
    (
      SELECT
        product_id, occurred_at, offset AS at,
        sum(if(counts, on_hand_change, 0) - reserved_change) OVER (PARTITION BY product_id ORDER BY occurred_at, offset) AS sellable, has_begun
      FROM
      (
        SELECT
          product_id, occurred_at, offset, on_hand_change, reserved_change, (occurred_at, offset) >= begun AS has_begun,
          (occurred_at, offset) = begun OR ((occurred_at, offset) > begun AND movement != 'stock_initialised') AS counts
        FROM mart.stock_movements
        INNER JOIN
        (
          SELECT product_id, min((occurred_at, offset)) AS begun
          FROM mart.stock_movements
          WHERE movement = 'stock_initialised'
          GROUP BY product_id
        ) AS started USING (product_id)
        WHERE on_hand_change != 0 OR reserved_change != 0
      )
    )
    WHERE has_begun
  )
  WHERE is_empty != was_empty
)
WHERE is_empty AND ended_at > began_at AND ended_at > now() - INTERVAL 730 DAY
ORDER BY product_id, from_ms
