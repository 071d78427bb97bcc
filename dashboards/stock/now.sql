-- One row is the counted stock as it is now, with what it costs today and what was asked for in vain; none before anything was counted.
SELECT
  sum(levels.on_hand) AS on_hand, sumIf(toDecimal128(levels.on_hand, 0) * unit_cost, levels.on_hand > 0 AND currency = '{SHOP_CURRENCY}') AS worth,
  sum(levels.on_order) AS on_order, countIf(available <= 0) AS sold_out,
  (SELECT sum(lost_units_28) FROM mart.forecast_models WHERE made_at = (SELECT max(made_at) FROM mart.forecast_models)) AS lost_units_28
FROM mart.stock_levels AS levels
LEFT JOIN (SELECT product_id, unit_cost, currency FROM mart.products) AS product USING (product_id)
HAVING count() > 0
