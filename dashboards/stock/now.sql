-- One row is the counted stock as it is now, with what it cost and what was asked for in vain; none before anything was counted.
SELECT
  sum(on_hand) AS on_hand, (SELECT sum(cost_amount) FROM mart.stock_ageing WHERE currency = '{SHOP_CURRENCY}') AS tied_up,
  sum(on_order) AS on_order, countIf(available <= 0) AS sold_out,
  (SELECT sum(lost_units_28) FROM mart.forecast_models WHERE made_at = (SELECT max(made_at) FROM mart.forecast_models)) AS lost_units_28
FROM mart.stock_levels
HAVING count() > 0
