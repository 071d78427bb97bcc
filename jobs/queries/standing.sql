-- One row is a product that is sold, with its stock, what is on its way, how it is ordered, and what was last decided of it.
WITH
  purchases AS
  (
    SELECT
      product_id, argMaxIf(supplier_id, ordered_at, supplier_id != '') AS supplier_id,
      arraySort(groupArrayIf((toString(toDate(if(is_dated, expected_at, ordered_at), {time_zone: String})), units_open, is_dated), units_open > 0)) AS arrivals,
      sum(units_open) AS units_to_come,
      arrayReverse(arraySlice(arrayReverseSort(groupArrayIf((received_at, lead_days), isNotNull(lead_days))), 1, 20)).2 AS lead_times
    FROM (SELECT *, toUnixTimestamp(expected_at) > 0 AS is_dated FROM mart.purchases)
    GROUP BY product_id
  ),
  deliveries AS
  (
    SELECT supplier_id, arrayReverse(arraySlice(arrayReverseSort(groupArray((received_at, assumeNotNull(lead_days)))), 1, 50)).2 AS lead_times
    FROM mart.purchases
    WHERE isNotNull(lead_days) AND supplier_id != ''
    GROUP BY supplier_id
  ),
  decisions AS
  (
    SELECT product_id, argMax((suggestion_id, decision, decided_at, quantity, until, author), decided_at) AS last, last.1 IN (SELECT purchase_id FROM mart.purchases) AS is_ordered
    FROM mart.suggestion_decisions
    GROUP BY product_id
  )
SELECT
  product.product_id AS product_id, if(product.supplier_id != '', product.supplier_id, purchases.supplier_id) AS supplier,
  if(stock.product_id = '', NULL, toFloat64(stock.on_hand)) AS on_hand, toFloat64(stock.reserved) AS reserved,
  -- Not the ledger's sum: what came in without an order, or beyond one, takes nothing from what others still bring.
  toFloat64(purchases.units_to_come) AS on_order,
  if(stock.product_id = '', NULL, toUnixTimestamp64Milli(stock.moved_at)) AS moved_at_ms,
  arrayMap(one -> (one.1, toFloat64(one.2), toBool(one.3)), arraySlice(purchases.arrivals, 1, 20)) AS arrivals,
  if(length(purchases.lead_times) >= {deliveries_min: UInt32}, arrayMap(days -> toInt32(assumeNotNull(days)), purchases.lead_times), deliveries.lead_times) AS lead_times,
  product.lead_time_days AS own_lead_time_days, supplier.lead_time_days AS supplier_lead_time_days, supplier.lead_time_spread_days AS lead_time_spread_days,
  supplier.review_days AS review_days, product.pack_size AS pack_size, product.minimum_order AS own_minimum_order, supplier.minimum_order AS supplier_minimum_order,
  product.stock_max AS stock_max, toFloat64(product.unit_cost) AS unit_cost, toFloat64(product.price) AS unit_price, product.currency AS currency,
  if(threshold.product_id = '', NULL, threshold.minimum) AS threshold,
  decisions.last.1 AS decided_suggestion_id, toBool(decisions.is_ordered) AS decided_is_ordered, decisions.last.2 AS decision, toUnixTimestamp64Milli(decisions.last.3) AS decided_at_ms, decisions.last.4 AS decided_quantity,
  toUnixTimestamp64Milli(decisions.last.5) AS snoozed_until_ms, decisions.last.6 AS decided_by,
  arrayConcat(product.simulated, if(stock.simulated, ['on_hand'], [])) AS simulated
FROM (SELECT * FROM mart.products WHERE NOT retired) AS product
LEFT JOIN mart.stock_levels AS stock ON stock.product_id = product.product_id
LEFT JOIN purchases ON purchases.product_id = product.product_id
LEFT JOIN mart.suppliers AS supplier ON supplier.supplier_id = supplier
LEFT JOIN deliveries ON deliveries.supplier_id = supplier
LEFT JOIN mart.stock_thresholds AS threshold ON threshold.product_id = product.product_id
LEFT JOIN decisions ON decisions.product_id = product.product_id
ORDER BY product_id
