-- Are our recommendations looked at, clicked and bought, and which kind does best?
SELECT
  source, placement, sum(served) AS served, sum(viewed) AS seen, sum(clicked) AS clicked, sum(bought) AS bought,
  clicked / nullIf(seen, 0) AS click_rate, bought / nullIf(clicked, 0) AS buy_rate
FROM mart.recommendation_outcomes
GROUP BY source, placement
ORDER BY served DESC
