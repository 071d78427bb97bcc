import { poolResiduals } from './conformal.ts'
import { isDormant } from './dormant.ts'
import { asOf, type MeansOf, type Series } from './forecaster.ts'
import { leaveOutMissing } from './point/point-forecaster.ts'

/** `quantile`: units that the lead time's demand stays within with this probability; undefined with too little history. */
export type LeadTimeDemand = { quantile: (product: number, probability: number) => number | undefined }

const ORIGINS = 4
const SPREAD_DAYS = 182

/**
 * Quantiles of the demand over a lead time of `days`, pooled as in conformal.ts: z = (sum - mean) / s from earlier
 * origins a lead time apart, with s the spread of the product's own sums over `days`, at least Poisson's.
 */
export function fitLeadTimeDemand(
  shop: readonly Series[],
  { lastDay, days, meansOf }: { lastDay: number; days: number; meansOf: MeansOf }
): LeadTimeDemand {
  const means: number[] = []
  const residuals: number[] = []
  for (let origin = 1; origin <= ORIGINS; origin++) {
    const daysAgo = origin * days
    const past = asOf(shop, daysAgo)
    meansOf(past, { lastDay: lastDay - daysAgo, horizonDays: days }).forEach((daily, product) => {
      const known = past[product]?.units
      const actual = shop[product]?.units
      if (!daily || !known || !actual || isDormant(known)) return
      const mean = sum(daily)
      if (mean === 0) return
      const sold = sum(actual.subarray(known.length, known.length + days))
      if (Number.isNaN(sold)) return
      means.push(mean)
      residuals.push((sold - mean) / spreadOfSums(known, { days, mean }))
    })
  }
  const pool = poolResiduals(means, residuals)
  const now = meansOf(shop, { lastDay, horizonDays: days })
  return {
    quantile: (product, probability) => {
      const daily = now[product]
      const units = shop[product]?.units
      if (!daily || !units) return undefined
      const mean = sum(daily)
      if (mean === 0 || isDormant(units)) return 0
      return Math.max(0, mean + spreadOfSums(units, { days, mean }) * pool.quantile(mean, probability))
    }
  }
}

/** Standard deviation of overlapping sums; with less than two windows of history, of days as if independent. Unknown days are left out. */
function spreadOfSums(units: Float64Array, { days, mean }: { days: number; mean: number }): number {
  const recent = leaveOutMissing(units.subarray(Math.max(0, units.length - Math.max(SPREAD_DAYS, 3 * days))))
  const window = recent.length >= 2 * days ? days : 1
  let total = 0
  let squares = 0
  let rolling = 0
  for (let at = 0; at < recent.length; at++) {
    rolling += (recent[at] ?? 0) - (at >= window ? (recent[at - window] ?? 0) : 0)
    if (at < window - 1) continue
    total += rolling
    squares += rolling ** 2
  }
  const count = recent.length - window + 1
  if (count < 1) return Math.sqrt(mean)
  const variance = Math.max(0, squares / count - (total / count) ** 2) * (days / window)
  return Math.sqrt(Math.max(variance, mean))
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}
