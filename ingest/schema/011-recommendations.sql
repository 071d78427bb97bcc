-- One row is a product in an answer, seen on a page, or clicked. A view: it reads all behaviour of the days asked for.
CREATE VIEW IF NOT EXISTS mart.recommendations AS
SELECT
  toDate(occurred_at, '${SHOP_TIME_ZONE}') AS day, occurred_at, recommendation_id,
  transform(toString(type), ['recommendation_served', 'recommendation_viewed', 'recommendation_clicked'], ['served', 'viewed', 'clicked'], '') AS step,
  arrayJoin(if(type = 'recommendation_clicked', [product_id], product_ids)) AS product_id
FROM raw.behaviour
WHERE type IN ('recommendation_served', 'recommendation_viewed', 'recommendation_clicked') AND NOT is_bot
