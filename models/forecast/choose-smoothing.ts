import { asOf, type ForecastOptions, type Series } from './forecaster.ts'
import { levelMeans } from './level-means.ts'
import { changeOf } from './panel/panel.ts'

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
      const scale = changeOf(units) ** 2
      if (!mean || scale === 0) return
      const actual = shop[product]?.units ?? units
      let squares = 0
      let days = 0
      mean.forEach((value, ahead) => {
        const error = (actual[units.length + ahead] ?? 0) - value
        if (Number.isNaN(error)) return
        squares += error ** 2
        days++
      })
      if (days === 0) return
      sum += Math.sqrt(squares / days / scale)
      count++
    })
  }
  return count === 0 ? Infinity : sum / count
}
