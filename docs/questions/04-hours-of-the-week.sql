-- At which hours of the week do people buy?
-- Europe/London stands for the shop's zone.
SELECT
  toDayOfWeek(day) AS weekday, toHour(toTimeZone(hour, 'Europe/London')) AS hour_of_day, sum(order_count) AS orders,
  sum(units_sold) AS units
FROM mart.sales_by_hour
GROUP BY weekday, hour_of_day
ORDER BY weekday, hour_of_day
