import { poolResiduals, type Pool } from './conformal.ts'
import { asOf, type Forecast, type ForecastOptions, type MeansOf, type Series } from './forecaster.ts'
import { isDormant } from './dormant.ts'
import { leaveOutMissing } from './point/point-forecaster.ts'

const ORIGINS = 4
const TAIL = 0.1
/** Bounds of days need the errors of no more products than this: four times four weeks of each. */
const POOLED_MAX = 2_500
/** How far back a product's own spread is measured. */
const SPREAD_DAYS = 182

/**
 * 80 % of days, by split conformal prediction pooled over the shop (see conformal.ts): what earlier forecasts of similar
 * products missed by, in units of each product's own spread. Of slow products most days sell nothing, so `lower` is 0;
 * the bounds are widened to hold the mean, which can lie above most days.
 */
export function addIntervals(
  shop: readonly Series[],
  options: ForecastOptions,
  meansOf: MeansOf
): Forecast[] {
  const pool = poolDays(shop, options, meansOf)
  return meansOf(shop, options).map((mean, product) => {
    const units = shop[product]?.units ?? new Float64Array()
    if (units.length === 0) return { ok: false, reason: 'never sold' }
    if (!mean) return { ok: false, reason: 'too little history' }
    if (isDormant(units)) {
      const none = new Float64Array(mean.length)
      return { ok: true, state: 'dormant', mean: none, lower: none.slice(), upper: none.slice() }
    }
    const variance = dailyVariance(units)
    return {
      ok: true,
      state: 'active',
      mean,
      lower: mean.map((value) => bound(pool, { value, variance, probability: TAIL })),
      upper: mean.map((value) => Math.max(value, bound(pool, { value, variance, probability: 1 - TAIL })))
    }
  })
}

function bound(
  pool: Pool,
  { value, variance, probability }: { value: number; variance: number; probability: number }
) {
  // Nothing is expected on a closed day, and nothing can be missed by.
  if (value === 0) return 0
  const quantile = Math.max(0, value + spreadOf(variance, value) * pool.quantile(value, probability))
  return probability < 0.5 ? Math.min(value, quantile) : quantile
}

function poolDays(
  shop: readonly Series[],
  { lastDay, horizonDays }: ForecastOptions,
  meansOf: MeansOf
): Pool {
  const means: number[] = []
  const residuals: number[] = []
  const only = sampleOf(shop.length)
  for (let origin = 1; origin <= ORIGINS; origin++) {
    const daysAgo = origin * horizonDays
    const past = asOf(shop, daysAgo)
    meansOf(past, { lastDay: lastDay - daysAgo, horizonDays, only }).forEach((mean, product) => {
      if (!only.has(product)) return
      const known = past[product]?.units
      const actual = shop[product]?.units
      if (!mean || !known || !actual || isDormant(known)) return
      const variance = dailyVariance(known)
      mean.forEach((value, ahead) => {
        const error = (actual[known.length + ahead] ?? 0) - value
        if (value === 0 || Number.isNaN(error)) return
        means.push(value)
        residuals.push(error / spreadOf(variance, value))
      })
    })
  }
  return poolResiduals(means, residuals)
}

/** Every so-manieth product. */
function sampleOf(count: number): Set<number> {
  const stride = Math.max(1, count / POOLED_MAX)
  return new Set(Array.from({ length: Math.min(count, POOLED_MAX) }, (_, i) => Math.floor(i * stride)))
}

/** At least Poisson's: a product that hardly sold yet is not certain to sell nothing. */
function spreadOf(variance: number, mean: number): number {
  return Math.sqrt(Math.max(variance, mean))
}

function dailyVariance(units: Float64Array): number {
  const recent = leaveOutMissing(units.subarray(Math.max(0, units.length - SPREAD_DAYS)))
  if (recent.length === 0) return 0
  const mean = recent.reduce((sum, value) => sum + value, 0) / recent.length
  return recent.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, recent.length - 1)
}
