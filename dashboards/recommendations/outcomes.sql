-- One row is all recommendations of the days, with what came of them; none when there were none.
SELECT
  sum(served) AS served, sum(viewed) AS viewed, sum(clicked) AS clicked, sum(bought) AS bought,
  clicked / nullIf(viewed, 0) AS click_rate, bought / nullIf(clicked, 0) AS buy_rate
FROM mart.recommendation_outcomes
WHERE {days of day} AND $__conditionalAll(placement IN (${placement:sqlstring}), $placement) AND $__conditionalAll(source IN (${source:sqlstring}), $source)
HAVING served > 0
