-- One row is a model on a day, with the share of what came into view that was clicked.
SELECT toDateTime(day, '{SHOP_TIME_ZONE}') AS time, source, sum(clicked) / nullIf(sum(viewed), 0) AS click_rate
FROM mart.recommendation_outcomes
WHERE {days of day} AND $__conditionalAll(placement IN (${placement:sqlstring}), $placement) AND $__conditionalAll(source IN (${source:sqlstring}), $source)
GROUP BY time, source
HAVING isNotNull(click_rate)
ORDER BY time, source
