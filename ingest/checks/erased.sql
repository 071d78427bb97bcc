-- nothing is stored of anybody who was erased, but for requests that wait for their last sweep
WITH
  tombs AS (SELECT kind, name_hash FROM ops.tombstones WHERE until_ms >= 253402300799999 GROUP BY kind, name_hash),
  waiting AS (SELECT DISTINCT customer_id FROM raw.customers WHERE type = 'customer_erased'),
  names AS
  (
    SELECT 'raw.behaviour' AS place, 'customer' AS kind, user_id AS name FROM raw.behaviour GROUP BY user_id
    UNION ALL SELECT 'raw.behaviour', 'guest', anonymous_id FROM raw.behaviour WHERE user_id = '' GROUP BY anonymous_id
    UNION ALL SELECT 'raw.customers', 'customer', arrayJoin([user_id, customer_id]) FROM raw.customers GROUP BY user_id, customer_id
    UNION ALL SELECT 'raw.orders', 'customer', user_id FROM raw.orders GROUP BY user_id
    UNION ALL SELECT 'raw.orders', 'guest', anonymous_id FROM raw.orders WHERE user_id = '' GROUP BY anonymous_id
    UNION ALL SELECT 'raw.rentals', 'customer', user_id FROM raw.rentals GROUP BY user_id
    UNION ALL SELECT 'raw.rentals', 'guest', anonymous_id FROM raw.rentals WHERE user_id = '' GROUP BY anonymous_id
    UNION ALL SELECT 'raw.stock', 'customer', user_id FROM raw.stock GROUP BY user_id
    UNION ALL SELECT 'raw.catalogue', 'customer', user_id FROM raw.catalogue GROUP BY user_id
    UNION ALL SELECT 'raw.operations', 'customer', user_id FROM raw.operations GROUP BY user_id
    UNION ALL SELECT 'mart.order_lines', 'customer', customer_id FROM mart.order_lines GROUP BY customer_id
    UNION ALL SELECT 'mart.order_steps', 'customer', customer_id FROM mart.order_steps GROUP BY customer_id
    UNION ALL SELECT 'mart.sales', 'customer', customer_id FROM mart.sales GROUP BY customer_id
  )
SELECT concat(place, ' still names a ', kind, ' who was erased: SHA-256 ', lower(hex(SHA256(name)))) AS problem
FROM names
WHERE name != '' AND (SELECT count() FROM tombs) > 0
  AND (kind, lower(hex(SHA256(name)))) IN (SELECT kind, name_hash FROM tombs)
  AND NOT (kind = 'customer' AND name IN (SELECT customer_id FROM waiting)) AND NOT (kind = 'guest' AND (SELECT count() FROM waiting) > 0)
LIMIT 10
