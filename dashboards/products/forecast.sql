-- One row is a day: what was sold on it when it is over, and what the last run before it expected.
WITH (SELECT minOrNull(day) FROM mart.sales_by_product WHERE product_id = ${product_id:sqlstring}) AS first_sold
SELECT
  toDateTime(day, '{SHOP_TIME_ZONE}') AS time,
  if(day >= first_sold AND day < toDate(now(), '{SHOP_TIME_ZONE}'), toNullable(ifNull(sold, 0)), NULL) AS units_sold, mean, lower, upper
FROM (SELECT {first day} + number AS day FROM numbers(toUInt64({last day} - {first day} + 1))) AS days
LEFT JOIN
(
  SELECT day, toNullable(greatest(sum(units_sold), 0)) AS sold
  FROM mart.sales_by_product
  WHERE product_id = ${product_id:sqlstring} AND {days of day}
  GROUP BY day
) AS sales USING (day)
LEFT JOIN
(
  SELECT
    day, toNullable(argMin(forecasts.mean, (lead_days, -toUnixTimestamp(made_at)))) AS mean, toNullable(argMin(forecasts.lower, (lead_days, -toUnixTimestamp(made_at)))) AS lower,
    toNullable(argMin(forecasts.upper, (lead_days, -toUnixTimestamp(made_at)))) AS upper
  FROM mart.forecasts AS forecasts
  WHERE product_id = ${product_id:sqlstring} AND {days of day}
  GROUP BY day
) AS thought USING (day)
WHERE isNotNull(units_sold) OR isNotNull(mean)
ORDER BY time
