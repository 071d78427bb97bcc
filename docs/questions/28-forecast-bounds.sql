-- How often did demand stay within the 95 % that our orders are made for?
SELECT days, count() AS stretches, avg(in_bound) AS share_within, sum(actual_units) AS units_sold, sum(median_units) AS units_expected
FROM mart.lead_time_accuracy
GROUP BY days
ORDER BY days
