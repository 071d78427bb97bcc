import { AGE_DAYS_MAX, launchCurves, type Launch } from './launch-curves.ts'
import { expectedUnits, launchScales } from './launch-rate.ts'
import { tradeLevel, type TradeLevel } from './trade-level.ts'

/** `trade`: the shop's sales a day up to the launches' last day (trade-level.ts); without it all days are alike. */
export type NewProductsOptions = { horizonDays: number; trade?: Float64Array }

export type NewProducts = {
  /** Expected units of each day to come, by row of the launches. */
  forecast: (row: number) => NewForecast
  /**
   * Units that demand over the next days stays within with this probability: never below 0, never falling as the probability rises, NaN
   * where nothing is known. `gridDemand` of models/inventory makes one a product that never falls as the days do either.
   */
  quantile: (row: number, days: number, probability: number) => number
}
export type NewForecast = { ok: true; mean: Float64Array } | { ok: false; reason: 'no launch to go by' }

/**
 * Products too young for a forecast of their own, from what others sold at the same age: all launches are given, the old ones with all
 * their days, and any can be asked about. Quantiles are those of what past launches sold as a share of the same forecast, made at the
 * same age without knowing their own later days.
 */
export function forecastNewProducts(
  asTheyWere: readonly Launch[],
  { horizonDays, trade }: NewProductsOptions
): NewProducts {
  const level = tradeLevel(trade)
  const launches = asTheyWere.map((launch) => ({ ...launch, units: asOfNow(launch.units, level) }))
  const curveOf = launchCurves(launches)
  const scaleOf = launchScales(launches)
  const pathOf: PathOf = (launch, { from, days, isItselfIn = false }) => {
    const curve = curveOf(launch, { isItselfIn })
    return curve && expectedUnits(launch, { curve, scale: scaleOf(launch), from, days })
  }
  const fitted = new Map<string, SharesOf>()
  return {
    forecast: (row) => {
      const launch = launches[row]
      const mean = launch && pathOf(launch, { from: launch.units.length, days: horizonDays })
      return mean ? { ok: true, mean } : { ok: false, reason: 'no launch to go by' }
    },
    quantile: (row, days, probability) => {
      const launch = launches[row]
      const from = launch?.units.length ?? 0
      const path = launch && pathOf(launch, { from, days })
      if (!path) return NaN
      const key = `${from} ${days}`
      const shares = fitted.get(key) ?? fitShares(launches, { from, days, pathOf, level })
      fitted.set(key, shares)
      const mean = sumOf(path)
      return mean * shares(mean, probability)
    }
  }
}

type SharesOf = (mean: number, probability: number) => number
type At = { from: number; days: number; isItselfIn?: boolean }
type PathOf = (launch: Launch, at: At) => Float64Array | undefined

/** As they would have been at the shop's present level. */
function asOfNow(units: Float64Array, level: TradeLevel): Float64Array {
  return units.map((value, age) => value / level(units.length - 1 - age))
}

type FitOptions = { from: number; days: number; level: TradeLevel; pathOf: PathOf }

const BIN_MIN = 100
const BINS_MAX = 4
/** With fewer nothing can be said of one in twenty: an exponential distribution stands in, whose spread is its mean. */
const LAUNCHES_MIN = 20

/** What came of past launches as a share of what was forecast, pooled over launches that were expected to bring about as much. */
function fitShares(launches: readonly Launch[], { from, days, pathOf, level }: FitOptions): SharesOf {
  const past: Past[] = []
  for (const launch of launches) {
    const came = launch.units.subarray(from, from + days)
    if (came.length < days || from + days > AGE_DAYS_MAX) continue
    const path = pathOf(launch, { from, days })
    const mean = path ? sumOf(path) : 0
    // Where the shop went after that day was not known then, so it is part of the error.
    const before = launch.units.length - from
    const share = sumOf(came.map((value, at) => value * level(before - 1 - at))) / level(before) / mean
    // What is without itself is the lower the more it sold, so it would sort launches by what came of them.
    const size = sumOf(pathOf(launch, { from, days, isItselfIn: true }) ?? new Float64Array())
    if (mean > 0 && Number.isFinite(share)) past.push({ size, share })
  }
  return past.length < LAUNCHES_MIN ? exponential : poolShares(past)
}

const exponential: SharesOf = (_, probability) => -Math.log(1 - Math.min(probability, 1 - 1e-9))

type Past = { size: number; share: number }

function poolShares(past: Past[]): SharesOf {
  past.sort((a, b) => a.size - b.size)
  const count = Math.min(BINS_MAX, Math.max(1, Math.floor(past.length / BIN_MIN)))
  const edges = Array.from(
    { length: count },
    (_, bin) => past[Math.floor(((bin + 1) * past.length) / count) - 1]?.size ?? 0
  )
  // Before the first day all of a category are alike: no edge may part what is equal.
  const bins = [...new Set(edges)].map((upTo, bin, all) => {
    const from = bin > 0 ? (all[bin - 1] ?? 0) : -Infinity
    const part = past.filter(({ size }) => size > from && size <= upTo)
    return { upTo, shares: Float64Array.from(part, ({ share }) => share).toSorted() }
  })
  return (mean, probability) => {
    const shares = (bins.find(({ upTo }) => mean <= upTo) ?? bins.at(-1))?.shares ?? new Float64Array()
    const rank = Math.min(shares.length, Math.max(1, Math.ceil((shares.length + 1) * probability)))
    return shares[rank - 1] ?? NaN
  }
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)
