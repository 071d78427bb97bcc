import { servedStock } from '../api/fakes.ts'

/** The first is short and told of, the second too much of, the third dead; the others run out one after the other. */
export function servedStockOf(product_id: string, i: number) {
  const simulated = ['on_hand', 'lead_time_days']
  if (i === 0) {
    const raised_at = '2025-02-01T00:00:00Z'
    const alert = { alert: 'low_stock', raised_at, units: 3, threshold: 8, snoozed_until: null } as const
    return servedStock(product_id, { stock: { on_hand: 3, on_order: 4 }, alerts: [alert], simulated })
  }
  if (i === 1) return servedStock(product_id, { stock: { on_hand: 900 }, simulated })
  if (i === 2) return servedStock(product_id, { perDay: 0, is_dead: true, simulated })
  return servedStock(product_id, { days_of_cover: 5 + i, reorder_point: 8, simulated })
}

/** What the stock jobs write, and how a purchase was decided. */
export const stockMade = [
  // The shop lives in 2025, and what was thought then would be forgotten at once.
  ...['forecasts', 'forecast_models', 'forecast_demand', 'replenishment'].map(
    (table) => `ALTER TABLE mart.${table} REMOVE TTL`
  ),
  `INSERT INTO mart.forecasts (product_id, day, made_at, version, lead_days, model, mean, lower, upper)
    SELECT product_id, toDate('2025-01-20') + number, toDateTime64('2025-01-19 03:00:00', 3, 'UTC'), 'f1', 7, 'weekday-level', 2, 1, 3
    FROM mart.products
    CROSS JOIN numbers(21) AS days`,
  `INSERT INTO mart.forecast_models (product_id, made_at, version, state, model, why, error_days, origins, rmsse, bias, coverage_95, lost_units_28)
    SELECT product_id, toDateTime64('2025-01-28 03:00:00', 3, 'UTC'), 'f1', 'active', 'weekday-level', [], 14, 4, 0.8, 0.1, 0.95, 2
    FROM mart.products`,
  `INSERT INTO mart.forecast_demand (product_id, made_at, version, from_day, days, probabilities, units)
    SELECT product_id, toDateTime64('2025-01-19 03:00:00', 3, 'UTC'), 'f1', toDate('2025-01-20'), 10, [0.5, 0.95], [5, 20]
    FROM mart.products`,
  `INSERT INTO mart.replenishment (product_id, made_at, version, supplier_id, state, suggestion_id, quantity, why, service_level, currency, simulated)
    VALUES ({product_id: String}, '2025-01-28 04:00:00.000', 'r1', 'acme', 'order', 'decided', 12, 'it runs out', 0.95, 'GBP', true)`
]
export const acceptedFor = (product_id: string) => ({
  type: 'suggestion_accepted',
  occurred_at: '2025-01-28T09:00:00Z',
  product_id,
  suggestion_id: 'decided',
  quantity: 12,
  author: 'ann'
})
