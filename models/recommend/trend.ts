import { fitPopularity } from './popularity.ts'
import type { Interactions, Recommender } from './recommender.ts'

export type TrendOptions = {
  /** What counts as now. */
  shortHalfLifeDays: number
  /** What it is held against: the item's own past. Longer than the short one. */
  longHalfLifeDays: number
  /** In the unit of weights, added to both: a first sale is no trend. */
  smoothing: number
}

/**
 * How much more an item is wanted now than in its own past. With S and L an item's weights that halve by the short and by the
 * long half-life, and T_S and T_L those of all items, L T_S / T_L is what S would be if the item went on as the shop does, so
 * that a season that lifts everything is no trend, nor is a history that is shorter than the long half-life. Then
 *   rise = (S + c) / (L T_S / T_L + c),   score = sqrt(S) ln rise, or 0 where it does not rise.
 * Two exponential averages against each other are a crossover of moving averages (Brown 1963), c is additive smoothing, and
 * ln rise over its standard error, about 1 / sqrt(S) for counts, lets two hundred sales that double speak before two.
 */
export function fitTrend(
  interactions: Interactions,
  { nowMs, shortHalfLifeDays, longHalfLifeDays, smoothing }: TrendOptions & { nowMs: number }
): Float32Array {
  if (!(shortHalfLifeDays < longHalfLifeDays)) throw new Error('the past must be longer than now')
  if (!(smoothing > 0)) throw new Error('without smoothing a first sale is an endless rise')
  const now = fitPopularity(interactions, { nowMs, halfLifeDays: shortHalfLifeDays })
  const past = fitPopularity(interactions, { nowMs, halfLifeDays: longHalfLifeDays })
  const share = totalOf(past) > 0 ? totalOf(now) / totalOf(past) : 0
  return now.map((weight, item) => {
    // What is disliked more than it is wanted is below 0.
    if (!(weight > 0)) return 0
    const expected = Math.max(0, past[item] ?? 0) * share
    return Math.max(0, Math.sqrt(weight) * Math.log((weight + smoothing) / (expected + smoothing)))
  })
}

export function trendRecommender(options: TrendOptions): Recommender {
  return (interactions, { nowMs }) => {
    const trend = fitTrend(interactions, { ...options, nowMs })
    return { score: () => trend.slice() }
  }
}

const totalOf = (weights: Float32Array): number =>
  weights.reduce((total, weight) => total + Math.max(0, weight), 0)
