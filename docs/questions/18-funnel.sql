-- How many visits end in an order, and where do we lose the others?
SELECT
  toStartOfMonth(day) AS month, sum(sessions) AS visits, sum(viewed) AS saw_a_product, sum(added_to_cart) AS filled_a_basket,
  sum(ordered) AS bought, bought / nullIf(visits, 0) AS conversion
FROM mart.funnel_daily
GROUP BY month
ORDER BY month
