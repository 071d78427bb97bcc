-- One row is a promotion that ran at some time of the range, with its uplift once there is one.
SELECT
  starts_at AS time, ends_at AS timeEnd,
  concat('Promotion ', promotion_id, ': ', product_id, ' at ', toString(price), ' ', currency, if(isNull(uplift), '', concat(', units ', if(uplift < 0, '', '+'), toString(round(100 * assumeNotNull(uplift))), ' %'))) AS text,
  'promotion' AS tags
FROM mart.promotions
WHERE starts_at <= $__toTime AND ends_at >= $__fromTime
ORDER BY time
LIMIT 200
