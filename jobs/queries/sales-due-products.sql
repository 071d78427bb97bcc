-- One row is an order with a product that a range of the log describes otherwise for the time when it was sold. Catalogues
-- are often sent whole, so descriptions that change nothing here count for nothing. Of two descriptions of one instant the
-- one that held before may be either.
INSERT INTO ops.sales_due (run, order_id)
WITH
  sent AS
  (
    SELECT product_id, min(occurred_at) AS sent_from
    FROM raw.catalogue
    WHERE type = 'product_upserted' AND partition = {partition: UInt16} AND epoch = {epoch: UInt32} AND offset >= {from_offset: UInt64} AND offset < {to_offset: UInt64}
    GROUP BY product_id
  ),
  described AS
  (
    SELECT
      product_id, valid_from, row_number() OVER (PARTITION BY product_id ORDER BY valid_from) = 1 AS is_first,
      (category, format, ifNull(toString(unit_cost), ''), cost_is_simulated) AS facts,
      lagInFrame(facts) OVER (PARTITION BY product_id ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS earlier
    FROM mart.product_history
    WHERE product_id IN (SELECT product_id FROM sent)
  ),
  contradicted AS
  (
    SELECT product_id, occurred_at
    FROM raw.catalogue
    WHERE type = 'product_upserted' AND product_id IN (SELECT product_id FROM sent)
    GROUP BY product_id, occurred_at
    HAVING uniqExact(format, attributes, ifNull(toString(unit_cost), ''), simulated) > 1
  ),
  changed AS
  (
    SELECT product_id, min(if(is_first, toDateTime64('1900-01-01 00:00:00', 3, 'UTC'), valid_from)) AS changed_from
    FROM described
    INNER JOIN sent USING (product_id)
    WHERE valid_from >= sent_from AND (is_first OR facts != earlier OR (product_id, valid_from) IN (SELECT product_id, occurred_at FROM contradicted))
    GROUP BY product_id
  )
SELECT DISTINCT {run: String}, order_id
FROM mart.sales
INNER JOIN changed ON sales.product_id = changed.product_id
WHERE sold_at >= changed_from AND sales.product_id IN (SELECT product_id FROM changed)
