-- One row is a day: units sold of all of an artist, and what the last run before it expected of them together.
WITH ids AS (SELECT product_id FROM mart.products WHERE attributes['artist'] = ${artist:sqlstring})
SELECT toDateTime(day, '{SHOP_TIME_ZONE}') AS time, if(day < toDate(now(), '{SHOP_TIME_ZONE}'), toNullable(ifNull(sold, 0)), NULL) AS units_sold, expected
FROM (SELECT {first day} + number AS day FROM numbers(toUInt64({last day} - {first day} + 1))) AS days
LEFT JOIN
(
  SELECT day, toNullable(greatest(sum(sales.units_sold), 0)) AS sold
  FROM mart.sales_by_product AS sales
  WHERE product_id IN (SELECT product_id FROM ids) AND {days of day}
  GROUP BY day
) AS sales USING (day)
LEFT JOIN
(
  SELECT day, toNullable(sum(mean)) AS expected
  FROM
  (
    SELECT product_id, day, argMin(forecasts.mean, (lead_days, -toUnixTimestamp(made_at))) AS mean
    FROM mart.forecasts AS forecasts
    WHERE product_id IN (SELECT product_id FROM ids) AND {days of day}
    GROUP BY product_id, day
  )
  GROUP BY day
) AS thought USING (day)
WHERE (SELECT count() FROM ids) > 0 AND (isNotNull(sold) OR isNotNull(expected))
ORDER BY time
