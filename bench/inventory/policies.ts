import { isDormant } from '../../models/forecast/dormant.ts'
import { forecastPanel } from '../../models/forecast/panel/forecast-panel.ts'
import { fitSums } from '../../models/forecast/panel/sums.ts'
import { gridDemand } from '../../models/inventory/demand.ts'
import type { Decision } from '../../models/inventory/replay.ts'
import { stockLevels } from '../../models/inventory/stock-levels.ts'
import { knownBefore, type ShopProduct } from './shop.ts'

export type Rhythm = { leadTimeDays: number; reviewDays: number; coverDays: number }

/** Decisions of every product at a review, for each setting of what a policy is turned by: service levels, or days of cover. */
export type Policy = {
  name: string
  settings: readonly number[]
  decideAll: (shop: readonly ShopProduct[], day: number) => Decision[][]
}

export const SERVICE_LEVELS = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.965, 0.98, 0.99]
/** Standard deviations: those of the service levels up to .99, and as far beyond either end as it takes to hold as much as ours. */
const Z = [
  -0.52, -0.25, 0, 0.25, 0.52, 0.84, 1.04, 1.28, 1.44, 1.64, 1.81, 2.05, 2.33, 2.58, 3.09, 3.72, 4.5, 5.5, 7,
  9, 13
]
const COVER_DAYS = [7, 10, 14, 18, 21, 28, 35, 42, 56, 70, 84, 112]
const NONE = new Float64Array()
const NOTHING: Decision = { reorder_point: -1, order_up_to: 0 }

/** Ours: the panel planned and fitted anew at every review, and the levels of models/inventory. */
export function quantilePolicy({ leadTimeDays, reviewDays, coverDays }: Rhythm): Policy {
  return {
    name: 'ours',
    settings: SERVICE_LEVELS,
    decideAll: (shop, day) => {
      const panel = { series: shop.map((product) => knownBefore(product, day)), season: 7, isDemand: true }
      const days = leadTimeDays + reviewDays
      const { plan } = forecastPanel(panel, days)
      const sums = [...new Set([days, days + coverDays])].map((periods) => fitSums(panel, plan, { periods }))
      return SERVICE_LEVELS.map((serviceLevel) =>
        shop.map((_, row) => {
          // As in the published forecasts: what stopped selling is not bought again.
          if (isDormant(panel.series[row] ?? NONE)) return NOTHING
          const demand = gridDemand(
            sums.map(({ periods, quantile }) => ({ days: periods, quantile: (p) => quantile(row, p) }))
          )
          const terms = { leadTime: { days: leadTimeDays }, reviewDays, coverDays, serviceLevel }
          const levels = stockLevels(demand, terms)
          return levels.ok ? levels : NOTHING
        })
      )
    }
  }
}

/** The textbook's z * sd * sqrt(L) about the mean of the last days, which are looked at anew at every review. */
export function normalPolicy(rhythm: Rhythm, windowDays: number): Policy {
  const days = rhythm.leadTimeDays + rhythm.reviewDays
  return {
    name: `z·σ·√L, ${windowDays} days`,
    settings: Z,
    decideAll: (shop, day) => {
      const moments = shop.map((product) => momentsOf(knownBefore(product, day).slice(-windowDays)))
      return Z.map((z) =>
        moments.map(({ mean, sd }) => upTo(mean * days + z * sd * Math.sqrt(days), mean * rhythm.coverDays))
      )
    }
  }
}

/** Days of cover: order at so many days of the last days' mean, up to a review period more. */
export function minMaxPolicy(rhythm: Rhythm, windowDays: number): Policy {
  return {
    name: `min/max, ${windowDays} days`,
    settings: COVER_DAYS,
    decideAll: (shop, day) => {
      const means = shop.map((product) => momentsOf(knownBefore(product, day).slice(-windowDays)).mean)
      return COVER_DAYS.map((cover) => means.map((mean) => upTo(mean * cover, mean * rhythm.reviewDays)))
    }
  }
}

function upTo(point: number, more: number): Decision {
  const reorder_point = Math.max(0, Math.ceil(point))
  const order_up_to = point > 0 ? Math.max(reorder_point + 1, Math.ceil(point + more)) : 0
  return { reorder_point, order_up_to }
}

function momentsOf(units: Float64Array): { mean: number; sd: number } {
  const mean = units.reduce((sum, value) => sum + value, 0) / units.length
  const variance = units.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, units.length - 1)
  return { mean, sd: Math.sqrt(variance) }
}
