import type { ProductHistory } from './demand/history.ts'
import { HISTORY_DAYS_MIN, type Forecast } from './forecaster.ts'
import { AGE_DAYS_MAX, WEEK, type Launch } from './launch-curves.ts'
import { forecastNewProducts } from './new-products.ts'

export type YoungProducts = {
  /** Undefined for what is old enough for a forecast of its own, or where no launch says anything. */
  forecast: (row: number) => (Forecast & { ok: true }) | undefined
  quantile: (row: number, days: number, probability: number) => number | undefined
}

type Options = {
  horizonDays: number
  /** By row, days since a product that was never sold could have been; undefined where nobody knows. */
  unsoldDays: readonly (number | undefined)[]
}

/** Errors of more say no more, and would take as much longer. */
const LAUNCHES_MAX = 2_000
const TAIL = 0.1

/** Products with less than two weeks of sales, or none at all since they came in, by what others sold at their age (new-products.ts). */
export function forecastYoung(
  products: readonly ProductHistory[],
  { horizonDays, unsoldDays }: Options
): YoungProducts {
  const launches: Launch[] = []
  const places = new Map<number, number>()
  const stride = Math.max(1, products.length / LAUNCHES_MAX)
  let next = 0
  products.forEach((product, row) => {
    const own = youngOf(product, unsoldDays[row])
    const isSampled = row >= next
    if (isSampled) next += stride
    if (own) places.set(row, launches.push(own) - 1)
    else if (isSampled && product.units.length >= HISTORY_DAYS_MIN)
      launches.push(launchOf(product, product.units))
  })
  const fitted = forecastNewProducts(launches, { horizonDays, trade: tradeOf(products) })
  const quantile = (row: number, days: number, probability: number): number | undefined => {
    const place = places.get(row)
    const units = place === undefined ? NaN : fitted.quantile(place, days, probability)
    return Number.isNaN(units) ? undefined : units
  }
  return {
    quantile,
    forecast: (row) => {
      const place = places.get(row)
      const known = place === undefined ? undefined : fitted.forecast(place)
      const [low, high] = [quantile(row, 1, TAIL), quantile(row, 1, 1 - TAIL)]
      if (!known?.ok || low === undefined || high === undefined) return undefined
      const { mean } = known
      return {
        ok: true,
        state: 'active',
        mean,
        lower: mean.map((units) => Math.min(units, low)),
        upper: mean.map((units) => Math.max(units, high))
      }
    }
  }
}

/** Undefined for what is no launch any more: it has a history, or nobody wanted it for as long as launches are watched. */
function youngOf(product: ProductHistory, unsoldDays: number | undefined): Launch | undefined {
  const { length } = product.units
  if (length > 0) return length < HISTORY_DAYS_MIN ? launchOf(product, product.units) : undefined
  if (unsoldDays === undefined || unsoldDays > AGE_DAYS_MAX - WEEK) return undefined
  // Whole weeks once it is older, so that products of about one age share what is learnt of it.
  const days = unsoldDays < HISTORY_DAYS_MIN ? unsoldDays : unsoldDays - (unsoldDays % WEEK)
  return launchOf(product, new Float64Array(Math.max(0, days)))
}

const launchOf = ({ category }: ProductHistory, units: Float64Array): Launch => ({
  units,
  ...(category !== undefined && { category })
})

/** Products that sold on each day up to the last: how busy the shop was, whatever a wholesale order weighs. */
function tradeOf(products: readonly ProductHistory[]): Float64Array {
  const longest = products.reduce((most, { units }) => Math.max(most, units.length), 0)
  const trade = new Float64Array(longest)
  for (const { units } of products)
    for (let at = 0; at < units.length; at++) {
      const place = longest - units.length + at
      if ((units[at] ?? 0) > 0) trade[place] = (trade[place] ?? 0) + 1
    }
  return trade
}
