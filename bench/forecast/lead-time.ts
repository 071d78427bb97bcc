import { chooseSmoothing } from '../../models/forecast/choose-smoothing.ts'
import { prepare } from '../../models/forecast/forecaster.ts'
import { fitLeadTimeDemand } from '../../models/forecast/lead-time-demand.ts'
import { levelMeans } from '../../models/forecast/level-means.ts'
import type { DailyUnits } from './daily-units.ts'

const PROBABILITIES = [0.5, 0.8, 0.9, 0.95, 0.98]

/**
 * Quantiles of the demand over the lead time, from each origin in the held-out days that leaves a whole lead time.
 * Coverage: the share of sums within the .95 quantile. Pinball: mean over the five probabilities of the loss, divided by
 * the product's mean demand over a lead time.
 */
export function judgeLeadTime({ products, lastKnownDay }: DailyUnits, days: number) {
  let covered = 0
  let pinball = 0
  let count = 0
  const horizonDays = products[0]?.actual.length ?? 0
  for (let passed = 0; passed + days <= horizonDays; passed += days) {
    const shop = prepare(
      products.map(({ known, actual }) => ({ units: [...known, ...actual.subarray(0, passed)] }))
    )
    const lastDay = lastKnownDay + passed
    const smoothing = chooseSmoothing(shop, { lastDay, horizonDays: days })
    const demand = fitLeadTimeDemand(shop, { lastDay, days, meansOf: levelMeans(smoothing) })
    products.forEach(({ known, actual }, product) => {
      const sold = actual.subarray(passed, passed + days).reduce((sum, value) => sum + value, 0)
      const usual = (days * known.reduce((sum, value) => sum + value, 0)) / known.length
      for (const probability of PROBABILITIES) {
        const quantile = demand.quantile(product, probability) ?? 0
        pinball += (sold > quantile ? probability : probability - 1) * ((sold - quantile) / usual)
        if (probability === 0.95 && sold <= quantile) covered++
      }
      count++
    })
  }
  return { origins: count, coverage: covered / count, pinball: pinball / count / PROBABILITIES.length }
}
