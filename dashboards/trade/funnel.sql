-- One row is a stage between the visit and the order, with the visits that reached it, the first stage first.
SELECT stage, sessions
FROM
(
  SELECT [sum(sessions), sum(viewed), sum(added_to_cart), sum(ordered)] AS reached
  FROM mart.funnel_daily
  WHERE {days of day}
  HAVING sum(sessions) > 0
)
ARRAY JOIN ['Visits', 'Saw a product', 'Filled a basket', 'Ordered'] AS stage, reached AS sessions
