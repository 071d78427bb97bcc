/**
 * What the stock jobs publish: kind `forecasts` by the job of the night, kind `replenishment` whenever stock, orders or decisions
 * moved. Both by product_id, as JSON. What cannot be said is null, and `unavailable` says why, by field.
 */

/** Days ahead and probabilities of what is published of demand; anything between is on a straight line (models/inventory/served-demand.ts). */
export type ServedDemand = {
  days: number[]
  probabilities: number[]
  /** Units that demand over the next days[i] stays within with probabilities[j]: at i * probabilities.length + j. */
  units: number[]
}

/** How good the forecast was: over the origins of a backtest, each a lead time apart. */
export type ServedError = {
  /** Root mean squared error of the sum over `days`, for each root mean squared change from day to day; below 1 beats "as yesterday". */
  rmsse: number | null
  /** Mean of what was forecast less what came, as a share of what came. */
  bias: number | null
  /** Share of the shop's last such sums, all products together, within bounds made before them. */
  coverage_95: number | null
  origins: number
  days: number
}

export type ProductState = 'active' | 'new' | 'dormant' | 'unknown'

export type ServedForecast = {
  product_id: string
  state: ProductState
  /** The first forecast day, YYYY-MM-DD in the shop's zone. */
  from: string
  /** Units a day: mean, and the bounds that 80 % of days should fall between. */
  daily: { mean: number[]; lower: number[]; upper: number[] }
  demand: ServedDemand | null
  error: ServedError | null
  /** Classes of a year's takings and of weekly demand (models/inventory/classify.ts). */
  abc: 'A' | 'B' | 'C' | null
  xyz: 'X' | 'Y' | 'Z' | null
  /** Day of the first and of the last sale, YYYY-MM-DD; null where there was none. */
  first_sale: string | null
  last_sale: string | null
  /** Units that were asked for and not there in the last 28 days, as estimated. */
  lost_units_28: number | null
  model: string
  /** Sentences: what the model is, why it was chosen, and what was done to the history. */
  why: string[]
  unavailable: Record<string, string>
  simulated: string[]
}

/** Who said a term: the product, its supplier, what was observed, what it costs, or a setting of the shop. */
export type TermSource = 'product' | 'supplier' | 'observed' | 'economics' | 'setting'

export type ServedTerms = {
  lead_time_days: number | null
  lead_time_spread_days: number | null
  /** Days that past deliveries took, the latest last; used in place of the two above when there are enough of them. */
  lead_times_observed: number[]
  review_days: number
  cover_days: number
  service_level: number
  pack_size: number
  minimum_order: number
  stock_max: number | null
  sources: Partial<Record<'lead_time' | 'review_days' | 'service_level' | 'minimum_order', TermSource>>
}

/** Null where nothing was counted. */
export type ServedStock = { on_hand: number; reserved: number; on_order: number; moved_at: string }

export type ServedAlert = {
  alert: 'low_stock' | 'stock_out'
  raised_at: string
  /** Units that could be sold when it was raised. */
  units: number
  threshold: number
  /** Nobody is told of it until then; null where it is not snoozed, `cleared` where it is until it is over. */
  snoozed_until: string | null
}

/** What people said of a suggestion. */
export type ServedDecision = {
  decision: 'accepted' | 'edited' | 'snoozed'
  at: string
  quantity: number | null
  until: string | null
  author: string | null
}

export type OrderState = 'order' | 'enough' | 'no demand' | 'no room' | 'unknown'

export type ServedReplenishment = {
  product_id: string
  /** The first day that is reckoned with, YYYY-MM-DD in the shop's zone: today, or the first that is forecast. */
  from: string
  supplier_id: string | null
  stock: ServedStock | null
  /** On hand and on order, less what is promised. */
  position: number | null
  /** On hand less what is promised: what can be sold now. */
  available: number | null
  /** What is on its way, by day, the next first. */
  arrivals: { day: string; units: number }[]
  terms: ServedTerms
  reorder_point: number | null
  order_up_to: number | null
  safety_stock: number | null
  /** Share of the units asked for that will be there in the mean, by these terms. */
  fill_rate: number | null
  days_of_cover: number | null
  /** Days by which the stock has run out with 10, 50 and 90 % probability, YYYY-MM-DD; null beyond twelve weeks. */
  stock_out: { p10: string | null; p50: string | null; p90: string | null } | null
  /** Names the suggestion of one day: what people decide of it is said of this. Null where nothing is suggested. */
  suggestion_id: string | null
  order: { state: OrderState; quantity: number; why: string }
  decision: ServedDecision | null
  unit_cost: number | null
  unit_price: number | null
  currency: string
  /** Of the suggested quantity. */
  order_cost: number | null
  /** Expected gain of the suggested quantity. */
  order_value: number | null
  /** Of the next unit, for each unit of money that it costs: what the list is ranked by. */
  next_value_per_cost: number | null
  /** Probability that the last unit suggested is asked for. */
  last_chance: number | null
  abc: 'A' | 'B' | 'C' | null
  xyz: 'X' | 'Y' | 'Z' | null
  /** Units that will not even be asked for in twelve weeks with 95 % probability. */
  overstock_units: number | null
  is_dead: boolean
  /** What people set with stock_threshold_set: units below which it is low. */
  threshold: number | null
  alerts: ServedAlert[]
  rental: { load: number; copies: number; copies_to_buy: number } | null
  unavailable: Record<string, string>
  simulated: string[]
}
