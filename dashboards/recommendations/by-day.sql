-- One row is a day of answers, with what came of them.
SELECT toDateTime(day, '{SHOP_TIME_ZONE}') AS time, sum(served) AS served, sum(viewed) AS viewed, sum(clicked) AS clicked
FROM mart.recommendation_outcomes
WHERE {days of day} AND $__conditionalAll(placement IN (${placement:sqlstring}), $placement) AND $__conditionalAll(source IN (${source:sqlstring}), $source)
GROUP BY time
ORDER BY time
