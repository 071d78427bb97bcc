import type { DemandQuantiles } from './demand.ts'

/** Demands that are equally likely, the smallest first: a distribution that can be summed over. */
export type Outcomes = Float64Array

/** The middles of two hundred equal slices: a chance is known to half a per cent, which is finer than any forecast. */
const SLICES = 200

/**
 * Demand over a number of days that is itself uncertain: each of `daysOutcomes` is equally likely, and their demands are mixed, so
 * that Var = E[days] sd² + mean² Var(days) for independent days. Undefined where nothing is known.
 */
export function outcomesOf(demand: DemandQuantiles, daysOutcomes: readonly number[]): Outcomes | undefined {
  const outcomes = new Float64Array(SLICES * daysOutcomes.length)
  // Deliveries took the same few numbers of days again and again.
  const known = new Map<number, Float64Array>()
  let at = 0
  for (const days of daysOutcomes) {
    const own = known.get(days) ?? slicesOf(demand, days)
    if (!own) return undefined
    known.set(days, own)
    outcomes.set(own, at)
    at += SLICES
  }
  return at === 0 ? undefined : outcomes.toSorted()
}

function slicesOf(demand: DemandQuantiles, days: number): Float64Array | undefined {
  const slices = new Float64Array(SLICES)
  for (let slice = 0; slice < SLICES; slice++) {
    const units = demand(days, (slice + 0.5) / SLICES)
    if (!Number.isFinite(units)) return undefined
    slices[slice] = Math.max(0, units)
  }
  return slices
}

export function meanOf(outcomes: Outcomes): number {
  return outcomes.reduce((sum, units) => sum + units, 0) / outcomes.length
}

/** E[(demand - units)+]: what stays unmet in the mean. For whole units the mean less the sum of P(demand > k) for k < units. */
export function shortageOf(outcomes: Outcomes, units: number): number {
  let sum = 0
  for (let at = outcomes.length - 1; at >= 0; at--) {
    const over = (outcomes[at] ?? 0) - units
    if (over <= 0) break
    sum += over
  }
  return sum / outcomes.length
}

/** Units that this share of the outcomes stays within. */
export function quantileOf(outcomes: Outcomes, probability: number): number {
  const rank = Math.ceil(outcomes.length * probability - 1e-9)
  return outcomes[Math.min(outcomes.length, Math.max(1, rank)) - 1] ?? 0
}

/** P(demand >= units), half a unit counting as one. */
export function shareOfAtLeast(outcomes: Outcomes, units: number): number {
  let [low, high] = [0, outcomes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((outcomes[middle] ?? 0) < units - 0.5) low = middle + 1
    else high = middle
  }
  return 1 - low / outcomes.length
}
