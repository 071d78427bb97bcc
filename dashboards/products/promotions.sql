-- One row is a promotion of the product, the latest first.
SELECT promotion_id, state, toFloat64(price) AS price, toFloat64(list_price) AS list_price, units_before, units_during, uplift, starts_at
FROM mart.promotions
WHERE product_id = ${product_id:sqlstring} AND currency = '{SHOP_CURRENCY}'
ORDER BY starts_at DESC
LIMIT 20
