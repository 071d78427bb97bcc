import { GRID_DAYS } from '../inventory/demand.ts'
import type { Forecast, Series } from './forecaster.ts'
import { addIntervals } from './intervals.ts'
import { backtestSums, type SumError } from './panel/backtest.ts'
import { forecastByPlan } from './panel/forecast-panel.ts'
import type { Plan } from './panel/plan.ts'
import { fitSumGrid } from './panel/sum-grid.ts'
import { panelOf, plannedMeans, planShop } from './planned.ts'

export type ShopForecasts = {
  plan: Plan
  daily: Forecast[]
  /** Units that the demand of a product over the next days stays within; undefined where nothing is known of it. */
  quantile: (row: number, days: number, probability: number) => number | undefined
  errors: SumError[]
  /** Days whose sums `errors` are of. */
  errorDays: number
}

export type ShopForecastOptions = {
  lastDay: number
  horizonDays: number
  /** Told between the steps, of which there are four. */
  step?: (done: number, what: string) => void
}

const ERROR_DAYS = 14

/** Everything that a night says of a shop's demand: days, sums over lead times, and how good both were. */
export function forecastShop(
  shop: readonly Series[],
  { lastDay, horizonDays, step = () => undefined }: ShopForecastOptions
): ShopForecasts {
  step(0, 'choosing models')
  const plan = planShop(shop, horizonDays)
  step(1, 'daily demand')
  const daily = addIntervals(shop, { lastDay, horizonDays }, plannedMeans(plan))
  step(2, 'demand over lead times')
  const panel = panelOf(shop)
  const paths = forecastByPlan(panel, plan, { horizon: Math.max(...GRID_DAYS) })
  const grid = fitSumGrid(panel, plan, { periods: GRID_DAYS, paths })
  step(3, 'errors')
  const errors = backtestSums(panel, plan, ERROR_DAYS)
  return {
    plan,
    daily,
    quantile: (row, days, probability) => {
      const forecast = daily[row]
      if (!forecast?.ok) return undefined
      if (forecast.state === 'dormant') return 0
      return grid.quantile(row, grid.periods.indexOf(days), probability)
    },
    errors,
    errorDays: ERROR_DAYS
  }
}
