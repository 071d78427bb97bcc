-- One row is a length of stretches that ended in these days, with the share of them in which demand stayed within its bounds.
SELECT days, count() AS stretches, countIf(in_bound) / count() AS in_bound, countIf(actual_units <= median_units) / count() AS in_median
FROM mart.lead_time_accuracy
WHERE from_day + days - 1 BETWEEN {first day} AND {last day}
GROUP BY days
ORDER BY days
LIMIT 50
