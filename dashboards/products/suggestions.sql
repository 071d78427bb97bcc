-- One row is what was said of ordering the product from then on, the latest first, with what somebody decided of it.
SELECT made_at, state, quantity, why, decision, decided_quantity
FROM mart.replenishment AS said
LEFT JOIN
(
  SELECT
    suggestion_id, argMax(decisions.decision, decided_at) AS decision, argMax(tuple(decisions.quantity), decided_at).1 AS decided_quantity
  FROM mart.suggestion_decisions AS decisions
  WHERE product_id = ${product_id:sqlstring}
  GROUP BY suggestion_id
) AS decided ON decided.suggestion_id = said.suggestion_id
WHERE product_id = ${product_id:sqlstring} AND $__timeFilter_ms(made_at)
ORDER BY made_at DESC
LIMIT 50
