-- One row is a customer as now known: of each fact the last that was said.
CREATE VIEW IF NOT EXISTS mart.customers AS
SELECT
  customer_id, argMaxIf(event.country, offset, event.country != '') AS country, argMaxIf(event.tier, offset, event.tier != '') AS tier,
  argMax(event.personalisation, offset) AS personalisation, min(occurred_at) AS registered_at
FROM raw.customers AS event
GROUP BY customer_id
HAVING countIf(type = 'customer_erased') = 0
