import type { ServedDemand } from '../contracts/served-stock.ts'
import { gridDemand, GRID_DAYS, type DemandQuantiles } from './demand.ts'

/** Dense where service levels are chosen; the first and last are as far out as two hundred slices of a distribution look. */
export const SERVED_PROBABILITIES = [
  0.0025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.965, 0.98, 0.99, 0.9975
] as const

/** What is published of a product's demand; undefined where nothing is known of it. */
export function serveDemand(
  quantile: (days: number, probability: number) => number | undefined
): ServedDemand | undefined {
  const units: number[] = []
  for (const days of GRID_DAYS) {
    for (const probability of SERVED_PROBABILITIES) {
      const bound = quantile(days, probability)
      if (bound === undefined || !Number.isFinite(bound)) return undefined
      units.push(Math.round(100 * Math.max(0, bound)) / 100)
    }
  }
  return { days: [...GRID_DAYS], probabilities: [...SERVED_PROBABILITIES], units }
}

/** Straight lines between the probabilities, and between the days; beyond the outermost probabilities nothing changes any more. */
export function demandOf({ days, probabilities, units }: ServedDemand): DemandQuantiles {
  const width = probabilities.length
  return gridDemand(
    days.map((own, row) => ({
      days: own,
      quantile: (probability) => {
        const after = probabilities.findIndex((one) => probability <= one)
        const at = after < 0 ? width - 1 : after
        const high = units[row * width + at] ?? NaN
        const [before, upTo] = [probabilities[at - 1], probabilities[at]]
        if (after <= 0 || before === undefined || upTo === undefined) return high
        const low = units[row * width + at - 1] ?? NaN
        return low + ((probability - before) / (upTo - before)) * (high - low)
      }
    }))
  )
}
