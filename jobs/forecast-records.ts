import type { ServedDemand, ServedError, ServedForecast } from '../models/contracts/served-stock.ts'
import type { Forecast } from '../models/forecast/forecaster.ts'
import type { HistoryState } from '../models/forecast/history-state.ts'
import type { SumError } from '../models/forecast/panel/backtest.ts'
import type { Plan } from '../models/forecast/panel/plan.ts'
import { PLANNED_MODEL } from '../models/forecast/planned.ts'
import type { ShopForecasts } from '../models/forecast/shop-forecasts.ts'
import type { AbcClass, XyzClass } from '../models/inventory/classify.ts'
import { dateOf } from '../models/days.ts'

export type ForecastOfProduct = {
  product_id: string
  /** Days since 1970-01-01 of the last day that is over. */
  lastDay: number
  units: Float64Array
  forecast: Forecast | undefined
  state: HistoryState
  demand: ServedDemand | undefined
  error: ServedError | null
  /** What its history is, and what was done to it. */
  notes: string[]
  /** Why it is forecast by its model, unless that is the one of new products. */
  choice: string
  /** Units asked for and not there in the last 28 days. */
  lost: number
  abc: AbcClass | undefined
  xyz: XyzClass | undefined
}

export function toServedForecast(product: ForecastOfProduct): ServedForecast {
  const { product_id, lastDay, units, forecast, demand } = product
  const known = forecast?.ok ? forecast : undefined
  const unavailable: Record<string, string> = {}
  if (!known) unavailable['daily'] = forecast && !forecast.ok ? forecast.reason : 'not fitted'
  if (!demand) unavailable['demand'] = unavailable['daily'] ?? 'not fitted'
  const lastSale = units.findLastIndex((value) => value > 0)
  return {
    product_id,
    state: !known ? 'unknown' : isYoung(product.state) ? 'new' : known.state,
    from: dateOf(lastDay + 1),
    daily: { mean: rounded(known?.mean), lower: rounded(known?.lower), upper: rounded(known?.upper) },
    demand: demand ?? null,
    error: product.error,
    abc: product.abc ?? null,
    xyz: product.xyz ?? null,
    first_sale: units.length === 0 ? null : dateOf(lastDay + 1 - units.length),
    last_sale: lastSale < 0 ? null : dateOf(lastDay + 1 - units.length + lastSale),
    lost_units_28: known ? threeDecimals(product.lost) : null,
    model: !known ? '' : isYoung(product.state) ? LAUNCH_MODEL : PLANNED_MODEL,
    why: [...product.notes, ...(known ? [isYoung(product.state) ? BY_LAUNCHES : product.choice] : [])],
    unavailable,
    simulated: []
  }
}

/** How the forecast of a product is named that leans on launches like it. */
const LAUNCH_MODEL = 'launches'
const BY_LAUNCHES = 'Forecast by what others of its category, or of the shop, sold at its age.'
const isYoung = (state: HistoryState) => state === 'new' || state === 'never sold'

export function toServedError(
  error: SumError | undefined,
  { errorDays, coverage95 }: Pick<ShopForecasts, 'errorDays' | 'coverage95'>
): ServedError | null {
  if (!error || error.origins === 0) return null
  const { origins, rmsse, bias } = error
  return {
    rmsse: threeDecimals(rmsse),
    bias: threeDecimals(bias),
    coverage_95: threeDecimals(coverage95),
    origins,
    days: errorDays
  }
}

/** By row, why its forecast is made as it is, for whoever reads it. */
export function sayPlan(plan: Plan): (row: number) => string {
  const sayings = new Map<number, string>()
  for (const { chosen, tried, rows } of [plan.regular, plan.intermittent]) {
    const score = Number.isFinite(chosen.score) ? `, RMSSE ${chosen.score.toFixed(3)}` : ''
    const choice =
      tried.length > 1
        ? `Forecast by ${chosen.name}, the best of ${tried.length} in a backtest of this shop's own past${score}.`
        : `Forecast by ${chosen.name}: there is too little history for a choice.`
    for (const row of rows) sayings.set(row, choice)
  }
  return (row) => sayings.get(row) ?? ''
}

const QUIET_DAYS_MAX = 7

/** Longer than any weekend: then whoever orders by it should know how old it is. */
export function sayStale({ lastDay, today }: { lastDay: number; today: number }): string[] {
  if (lastDay <= 0 || today - lastDay - 1 <= QUIET_DAYS_MAX) return []
  return [`The shop's last known sale is of ${dateOf(lastDay)}: all that is said is as of then.`]
}

const rounded = (units: Float64Array | undefined): number[] =>
  Array.from(units ?? [], (value) => Math.round(value * 1000) / 1000)

const threeDecimals = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Math.round(value * 1000) / 1000
