-- One row is a product in an answer, or a click that came back for it. A view: it reads all behaviour of the days asked for.
CREATE VIEW IF NOT EXISTS mart.recommendations AS
SELECT
  toDate(occurred_at, '${SHOP_TIME_ZONE}') AS day, occurred_at, recommendation_id,
  if(type = 'recommendation_served', 'served', 'clicked') AS step,
  arrayJoin(if(type = 'recommendation_served', product_ids, [product_id])) AS product_id
FROM raw.behaviour
WHERE type IN ('recommendation_served', 'recommendation_clicked')
