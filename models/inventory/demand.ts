/**
 * Units that demand over the next `days` stays within with this probability. Never falls as either rises, 0 over 0 days; NaN
 * where nothing is known of the product. Whoever forecasts makes one a product; all the mathematics of stock asks only this.
 */
export type DemandQuantiles = (days: number, probability: number) => number

/** Days ahead at which demand is worth fitting: denser where an order can still change what happens. */
export const GRID_DAYS = [1, 2, 3, 5, 7, 10, 14, 21, 28, 42, 56, 84] as const

/** One fitted sum: quantiles of the demand over so many days. */
export type GridPoint = { days: number; quantile: (probability: number) => number | undefined }

/**
 * Any number of days from a few that were fitted: straight lines between them, from nothing over 0 days, and beyond the last as
 * steep as up to it. Sums that were fitted apart can contradict each other, so no day has less than one before it.
 */
export function gridDemand(points: readonly GridPoint[]): DemandQuantiles {
  const sorted = points.filter(({ days }) => days > 0).toSorted((a, b) => a.days - b.days)
  // Dates are searched for one probability at a time, so the last one's bounds are worth keeping.
  const bounds = new Float64Array(sorted.length)
  let known = { probability: NaN, count: 0 }
  const boundAt = (at: number, probability: number): number => {
    if (known.probability !== probability) known = { probability, count: 0 }
    for (; known.count <= at; known.count++)
      bounds[known.count] = Math.max(
        known.count > 0 ? (bounds[known.count - 1] ?? 0) : 0,
        sorted[known.count]?.quantile(probability) ?? NaN
      )
    return bounds[at] ?? NaN
  }
  return (days, probability) => {
    if (!(days > 0)) return days <= 0 ? 0 : NaN
    const after = sorted.findIndex((point) => days <= point.days)
    const last = after < 0 ? sorted.length - 1 : after
    const end = sorted[last]?.days ?? NaN
    const start = after > 0 ? (sorted[after - 1]?.days ?? 0) : 0
    const low = after > 0 ? boundAt(after - 1, probability) : 0
    return low + ((days - start) / (end - start)) * (boundAt(last, probability) - low)
  }
}

const STEPS = 30

/** P(demand over `days` >= units): as the quantiles say, to a billionth. Half a unit counts as one. */
export function chanceOfAtLeast(
  demand: DemandQuantiles,
  { days, units }: { days: number; units: number }
): number {
  if (units <= 0) return 1
  let [low, high] = [0, 1]
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2
    const bound = demand(days, middle)
    if (Number.isNaN(bound)) return NaN
    if (Math.round(bound) < units) low = middle
    else high = middle
  }
  return 1 - (low + high) / 2
}
