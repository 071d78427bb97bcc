-- Did our promotions sell more than the weeks before them?
SELECT promotion_id, product_id, state, price, list_price, units_before, units_during, uplift, net_before, net_during, currency
FROM mart.promotions
ORDER BY uplift DESC NULLS LAST
LIMIT 50
