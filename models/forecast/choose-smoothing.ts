import { asOf, type ForecastOptions, type Series } from './forecaster.ts'
import { levelMeans } from './level-means.ts'

const CANDIDATES = [0.02, 0.03, 0.05, 0.08, 0.12]
const ORIGINS = 3
export const DEFAULT_SMOOTHING = 0.05

/**
 * The candidate whose forecasts from earlier origins, a horizon apart, had the smallest scaled squared error: pooled over
 * the shop, since one product has too little to choose by. Never looks at anything after `lastDay`.
 */
export function chooseSmoothing(shop: readonly Series[], { lastDay, horizonDays }: ForecastOptions): number {
  let best = { smoothing: DEFAULT_SMOOTHING, error: Infinity }
  for (const smoothing of CANDIDATES) {
    const error = errorOf(shop, { smoothing, lastDay, horizonDays })
    if (error < best.error) best = { smoothing, error }
  }
  return best.smoothing
}

/** Root mean squared scaled error, as in M5, with each product weighing the same. Infinity with no past to judge by. */
function errorOf(shop: readonly Series[], options: Required<ForecastOptions>): number {
  const meansOf = levelMeans(options.smoothing)
  let sum = 0
  let count = 0
  for (let origin = 1; origin <= ORIGINS; origin++) {
    const daysAgo = origin * options.horizonDays
    const past = asOf(shop, daysAgo)
    const means = meansOf(past, { ...options, lastDay: options.lastDay - daysAgo })
    past.forEach(({ units }, product) => {
      const mean = means[product]
      const scale = scaleOf(units)
      if (!mean || scale === 0) return
      const actual = shop[product]?.units ?? units
      let squares = 0
      mean.forEach((value, ahead) => (squares += ((actual[units.length + ahead] ?? 0) - value) ** 2))
      sum += Math.sqrt(squares / mean.length / scale)
      count++
    })
  }
  return count === 0 ? Infinity : sum / count
}

/** Mean squared change from one day to the next. */
function scaleOf(units: Float64Array): number {
  let squares = 0
  for (let at = 1; at < units.length; at++) squares += ((units[at] ?? 0) - (units[at - 1] ?? 0)) ** 2
  return units.length > 1 ? squares / (units.length - 1) : 0
}
