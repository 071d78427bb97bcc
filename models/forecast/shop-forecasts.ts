import { GRID_DAYS } from '../inventory/demand.ts'
import { withoutClosedDays } from './closed-days.ts'
import { conditionDemand, type ConditionedDemand, type ConditionOptions } from './demand/condition.ts'
import type { ProductHistory } from './demand/history.ts'
import { lostWithin } from './demand/lost.ts'
import type { Forecast } from './forecaster.ts'
import { stateOf, type HistoryState } from './history-state.ts'
import { addIntervals } from './intervals.ts'
import { backtestSums, type SumError } from './panel/backtest.ts'
import { forecastByPlan, type Paths } from './panel/forecast-panel.ts'
import type { Plan } from './panel/plan.ts'
import { fitSumGrid } from './panel/sum-grid.ts'
import { coverageOfSums } from './panel/sums.ts'
import { panelOf, plannedMeans, planShop } from './planned.ts'
import { forecastYoung } from './shop-launches.ts'

export type ShopForecasts = {
  plan: Plan
  states: HistoryState[]
  daily: Forecast[]
  /** Units that the demand of a product over the next days stays within; undefined where nothing is known of it. */
  quantile: (row: number, days: number, probability: number) => number | undefined
  errors: SumError[]
  /** Days whose sums `errors` and `coverage95` are of. */
  errorDays: number
  /** Share of the last such sums, over all products, that stayed within their 95 % bound; undefined where too few were known. */
  coverage95: number | undefined
  /** Units that were asked for and not there in the last `LOST_DAYS`. */
  lost: Float64Array
  /** By row, what was done to its history and to its forecast, in sentences. */
  notes: (row: number) => string[]
}

export type ShopForecastOptions = ConditionOptions & {
  horizonDays: number
  /** By row, days since a product that was never sold could have been. */
  unsoldDays?: readonly (number | undefined)[]
  /** Told between the steps, of which there are five. */
  step?: (done: number, what: string) => void
}

const ERROR_DAYS = 14
const LONGEST = Math.max(...GRID_DAYS)
export const LOST_DAYS = 28

/** Everything that a night says of a shop's demand: days, sums over lead times, how good both were, and what was lost. */
export function forecastShop(
  products: readonly ProductHistory[],
  { horizonDays, unsoldDays = [], step = () => undefined, ...known }: ShopForecastOptions
): ShopForecasts {
  const { lastDay } = known
  step(0, 'what was asked for')
  const demand = conditionDemand(products, known)
  const shop = withoutClosedDays(demand.series)
  step(1, 'choosing models')
  const plan = planShop(shop, horizonDays)
  step(2, 'daily demand')
  const young = forecastYoung(products, { horizonDays, unsoldDays })
  const daily = addIntervals(shop, { lastDay, horizonDays }, plannedMeans(plan)).map((own, row) => {
    const forecast = own.ok ? own : (young.forecast(row) ?? own)
    return forecast.ok ? timesFactors(forecast, demand.factors(row, horizonDays)) : forecast
  })
  step(3, 'demand over lead times')
  const panel = panelOf(shop)
  const grid = fitSumGrid(panel, plan, { periods: GRID_DAYS })
  const factorOf = sumFactors(demand, () => forecastByPlan(panel, plan, { horizon: LONGEST }))
  step(4, 'errors')
  const states = products.map(({ units }) => stateOf(units))
  return {
    plan,
    states: states.map(({ state }) => state),
    daily,
    quantile: (row, days, probability) => {
      const forecast = daily[row]
      if (!forecast?.ok) return undefined
      if (forecast.state === 'dormant') return 0
      const units =
        young.quantile(row, days, probability) ?? grid.quantile(row, grid.periods.indexOf(days), probability)
      return units === undefined ? undefined : units * factorOf(row, days)
    },
    errors: backtestSums(panel, plan, ERROR_DAYS),
    errorDays: ERROR_DAYS,
    coverage95: coverageOfSums(panel, grid.past, { periods: ERROR_DAYS, probability: 0.95 }),
    lost: Float64Array.from(demand.lost, (own) =>
      lostWithin(own, { fromDay: lastDay + 1 - LOST_DAYS, toDay: lastDay })
    ),
    notes: (row) => [
      sentence(products[row]?.units.length === 0 ? 'never sold' : (states[row]?.why ?? '')),
      ...notesOf(demand, { row, horizonDays, units: shop[row]?.units })
    ]
  }
}

/** Offers, holidays and the season put back: the bounds move with the mean. */
function timesFactors<Known extends Forecast & { ok: true }>(forecast: Known, factors: Float64Array): Known {
  const times = (values: Float64Array) => values.map((value, ahead) => value * (factors[ahead] ?? 1))
  return {
    ...forecast,
    mean: times(forecast.mean),
    lower: times(forecast.lower),
    upper: times(forecast.upper)
  }
}

/** What the sum over so many days is multiplied by: the factors of its days, each as heavy as what is expected of the day. */
function sumFactors(demand: ConditionedDemand, forecast: () => Paths): (row: number, days: number) => number {
  // Most shops have nothing to put back for most products, and then need none.
  let paths: Paths | undefined
  let last: { row: number; plain?: Float64Array; raised?: Float64Array } = { row: -1 }
  return (row, days) => {
    if (last.row !== row) {
      const factors = demand.factors(row, LONGEST)
      const isOrdinary = factors.every((factor) => factor === 1)
      if (!isOrdinary) paths ??= forecast()
      const path = isOrdinary ? undefined : paths?.[row]
      last = path
        ? {
            row,
            plain: cumulated(path),
            raised: cumulated(path.map((value, at) => value * (factors[at] ?? 1)))
          }
        : { row }
    }
    const plain = last.plain?.[days - 1] ?? 0
    return plain > 0 ? (last.raised?.[days - 1] ?? plain) / plain : 1
  }
}

function cumulated(values: Float64Array): Float64Array {
  let sum = 0
  return values.map((value) => (sum += value))
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const RAISED_MIN = 1.05
const EMPTY_WINDOW_DAYS = 91

function notesOf(
  demand: ConditionedDemand,
  { row, horizonDays, units }: { row: number; horizonDays: number; units: Float64Array | undefined }
): string[] {
  const notes: string[] = []
  const unknown = units
    ?.subarray(-EMPTY_WINDOW_DAYS)
    .reduce((sum, one) => sum + (Number.isNaN(one) ? 1 : 0), 0)
  if (unknown)
    notes.push(
      `${unknown} of the last ${EMPTY_WINDOW_DAYS} days are unknown: there was no stock, or the shop was closed.`
    )
  const empty = demand.emptyDays[row] ?? 0
  if (empty > 0)
    notes.push(`There has been no stock for ${empty} days: the forecast is what was usual before.`)
  if (demand.effects.distrusted.includes(row))
    notes.push('Its stock records say that there was none while it was sold: they are not believed.')
  const most = demand.factors(row, horizonDays).reduce((high, factor) => Math.max(high, factor), 1)
  if (most >= RAISED_MIN)
    notes.push(
      `An offer, a holiday or the season raises days to come by up to ${Math.round(100 * (most - 1))} %.`
    )
  return notes
}
