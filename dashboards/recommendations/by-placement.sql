-- One row is a model in a place, with what came of what it named, the most served first.
SELECT
  placement, source, sum(served) AS served, sum(viewed) AS viewed, sum(clicked) AS clicked, sum(bought) AS bought,
  clicked / nullIf(viewed, 0) AS click_rate, bought / nullIf(clicked, 0) AS buy_rate
FROM mart.recommendation_outcomes
WHERE {days of day} AND $__conditionalAll(placement IN (${placement:sqlstring}), $placement) AND $__conditionalAll(source IN (${source:sqlstring}), $source)
GROUP BY placement, source
ORDER BY served DESC, placement, source
LIMIT 50
