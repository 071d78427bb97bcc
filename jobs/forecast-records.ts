import type { ServedDemand, ServedError, ServedForecast } from '../models/contracts/served-stock.ts'
import type { Forecast } from '../models/forecast/forecaster.ts'
import type { SumError } from '../models/forecast/panel/backtest.ts'
import type { Plan } from '../models/forecast/panel/plan.ts'
import { PLANNED_MODEL } from '../models/forecast/planned.ts'
import type { AbcClass, XyzClass } from '../models/inventory/classify.ts'
import { dateOf } from '../models/days.ts'

export type ForecastOfProduct = {
  product_id: string
  /** Days since 1970-01-01 of the last day that is over. */
  lastDay: number
  units: Float64Array
  forecast: Forecast | undefined
  demand: ServedDemand | undefined
  error: ServedError | null
  why: string[]
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
    state: known?.state ?? 'unknown',
    from: dateOf(lastDay + 1),
    daily: { mean: rounded(known?.mean), lower: rounded(known?.lower), upper: rounded(known?.upper) },
    demand: demand ?? null,
    error: product.error,
    abc: product.abc ?? null,
    xyz: product.xyz ?? null,
    first_sale: units.length === 0 ? null : dateOf(lastDay + 1 - units.length),
    last_sale: lastSale < 0 ? null : dateOf(lastDay + 1 - units.length + lastSale),
    lost_units_28: known ? threeDecimals(product.lost) : null,
    model: known ? PLANNED_MODEL : '',
    why: known ? product.why : [unavailable['daily'] ?? ''],
    unavailable,
    simulated: []
  }
}

export function toServedError(error: SumError | undefined, days: number): ServedError | null {
  if (!error || error.origins === 0) return null
  const { origins, rmsse, bias } = error
  return { rmsse: threeDecimals(rmsse), bias: threeDecimals(bias), coverage_95: null, origins, days }
}

/** By row, why its forecast is made as it is: sentences for whoever reads it. */
export function sayPlan(plan: Plan): (row: number) => string[] {
  const sayings = new Map<number, string[]>()
  for (const [kind, own] of [
    ['sells on most days', plan.regular],
    ['sells on few days', plan.intermittent]
  ] as const) {
    const { chosen, tried, rows } = own
    const score = Number.isFinite(chosen.score) ? `, RMSSE ${chosen.score.toFixed(3)}` : ''
    const choice =
      tried.length > 1
        ? `${chosen.name}: the best of ${tried.length} in a backtest of this shop's own past${score}`
        : `${chosen.name}: there is too little history for a choice`
    for (const row of rows) sayings.set(row, [`It ${kind}.`, `${choice}.`])
  }
  return (row) => sayings.get(row) ?? []
}

const rounded = (units: Float64Array | undefined): number[] =>
  Array.from(units ?? [], (value) => Math.round(value * 1000) / 1000)

const threeDecimals = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Math.round(value * 1000) / 1000
