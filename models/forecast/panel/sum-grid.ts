import { centrePeriods } from './centre.ts'
import type { Panel } from './panel.ts'
import { pastPaths, type PastPaths } from './past-paths.ts'
import type { Plan } from './plan.ts'
import { quantilePaths } from './quantile-plan.ts'
import { fitSums } from './sums.ts'

/** Quantiles of what comes within each number of periods, for when stock runs out and how much to order. */
export type SumGrid = {
  /** Ascending. */
  periods: readonly number[]
  /** What it was fitted to, for whoever asks more of it. */
  past: PastPaths
  /** Of the place in `periods`; undefined where nothing is known of the series. */
  quantile: (row: number, place: number, probability: number) => number | undefined
}

/**
 * Of demand it never falls as the periods grow: more days cannot need fewer units, though each number of days was fitted to errors of
 * its own. The largest so far is taken, so that where two disagree the safer one stands.
 */
export function fitSumGrid(panel: Panel, plan: Plan, { periods }: { periods: readonly number[] }): SumGrid {
  const ascending = periods.toSorted((a, b) => a - b)
  // Whole seasons apart, as today's forecast is from all of them; so the same origins serve many numbers of periods.
  const stepOf = (count: number) => centrePeriods(count, panel)
  const horizon = stepOf(ascending.at(-1) ?? 1)
  const past = pastPaths(panel, plan, { horizonMax: horizon })
  const measured = quantilePaths(panel, plan, { horizon })
  const sums = ascending.map((count) =>
    fitSums(panel, plan, { periods: count, step: stepOf(count), past, measured })
  )
  return {
    periods: ascending,
    past,
    quantile: (row, place, probability) => {
      let largest: number | undefined
      for (let at = panel.isDemand ? 0 : place; at <= place; at++) {
        const value = sums[at]?.quantile(row, probability)
        if (value !== undefined && (largest === undefined || value > largest)) largest = value
      }
      return largest
    }
  }
}
