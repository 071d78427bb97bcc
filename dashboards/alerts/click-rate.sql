-- One row is recommendations of the last seven days against the four weeks before, where chance alone does not explain it: the
-- share by which their click rate fell.
WITH toDate(now(), '{SHOP_TIME_ZONE}') AS today
SELECT 1 - rate_now / rate_before AS value
FROM
(
  SELECT
    sumIf(viewed, day >= today - 7) AS viewed_now, sumIf(clicked, day >= today - 7) / nullIf(viewed_now, 0) AS rate_now,
    sumIf(viewed, day < today - 7) AS viewed_before, sumIf(clicked, day < today - 7) AS clicked_before, clicked_before / nullIf(viewed_before, 0) AS rate_before,
    sum(clicked) / nullIf(sum(viewed), 0) AS rate,
    (rate_before - rate_now) / sqrt(nullIf(rate * (1 - rate) * (1 / nullIf(viewed_now, 0) + 1 / nullIf(viewed_before, 0)), 0)) AS errors_apart
  FROM mart.recommendation_outcomes
  WHERE day BETWEEN today - 35 AND today - 1
)
WHERE viewed_now >= 1000 AND clicked_before >= 100 AND errors_apart >= 4
