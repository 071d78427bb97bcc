-- One row is yesterday's units of the shop: by how many usual errors they differ from what was forecast for them. The intervals
-- of single products have no sum, so what is usual is how far the days of the four weeks before were off.
WITH toDate(now(), '{SHOP_TIME_ZONE}') AS today
SELECT abs(off_yesterday - usual) / greatest(1.4826 * spread, 0.1) AS value
FROM
(
  SELECT
    anyIf(off, day = today - 1) AS off_yesterday, countIf(day = today - 1) AS yesterdays, countIf(day < today - 1) AS days_before,
    groupArrayIf(off, day < today - 1) AS before, arrayReduce('medianExact', before) AS usual,
    arrayReduce('medianExact', arrayMap(one -> abs(one - usual), before)) AS spread
  FROM
  (
    SELECT thought.day AS day, log((greatest(sold.units, 0) + 1) / (expected + 1)) AS off
    FROM
    (
      SELECT day, argMin(units, (lead_days, -toUnixTimestamp(made))) AS expected
      FROM
      (
        SELECT day, lead_days, version, max(made_at) AS made, sum(mean) AS units
        FROM mart.forecasts
        WHERE day BETWEEN today - 29 AND today - 1 AND lead_days <= 7 AND made_at > now() - INTERVAL 40 DAY
        GROUP BY day, lead_days, version
      )
      GROUP BY day
      HAVING expected >= 20
    ) AS thought
    LEFT JOIN
    (
      SELECT day, sum(units_sold) AS units
      FROM mart.sales_by_day
      WHERE kind = 'product' AND day BETWEEN today - 29 AND today - 1
      GROUP BY day
    ) AS sold ON sold.day = thought.day
  )
)
WHERE yesterdays = 1 AND days_before >= 14
  -- Yesterday is whole only when its sales were reckoned after it ended.
  AND (SELECT count() FROM mart.job_health WHERE job = 'sales' AND toDate(last_success_at, '{SHOP_TIME_ZONE}') >= today) = 1
