import type { ScoredIndexes } from '../contracts/served.ts'
import { joinLists, neighboursOf, type Neighbours } from './neighbours.ts'
import { fitPopularity } from './popularity.ts'
import type { Interactions } from './recommender.ts'
import { topK } from './top-k.ts'

export type LiftOptions = {
  /** Over which the present rate is taken, and the usual one. */
  recentHalfLifeDays: number
  usualHalfLifeDays: number
  /** c, as a multiple of the mean usual rate: how much must be sold before a change of pace counts. */
  prior: number
  /** 0: no lift. */
  exponent: number
}

/**
 * How much faster than usual an item sells now: ((recent + c) / (usual + c))^exponent, each rate an exponentially decayed count
 * times ln 2 / half-life (what a steady item would sell a day). What never sold has 1. Co-occurrence says what goes
 * together, this says what goes now: the product of both finds the season's part of a customer's taste.
 */
export function fitLift(
  interactions: Interactions,
  { nowMs, recentHalfLifeDays, usualHalfLifeDays, prior, exponent }: LiftOptions & { nowMs: number }
): Float32Array {
  const ratesOver = (halfLifeDays: number) =>
    fitPopularity(interactions, { nowMs, halfLifeDays }).map(
      // What counts against an item may weigh more than what counts for it.
      (count) => (Math.max(0, count) * Math.LN2) / halfLifeDays
    )
  const recent = ratesOver(recentHalfLifeDays)
  const usual = ratesOver(usualHalfLifeDays)
  const sold = usual.filter((rate) => rate > 0)
  const c = (prior * sold.reduce((sum, rate) => sum + rate, 0)) / Math.max(1, sold.length)
  return recent.map((rate, item) => {
    const normal = (usual[item] ?? 0) + c
    return normal > 0 ? ((rate + c) / normal) ** exponent : 1
  })
}

/** Scores times the lift of the item that they recommend; best first again. */
export function liftNeighbours(neighbours: Neighbours, lift: Float32Array): Neighbours {
  const itemCount = Math.max(0, neighbours.offsets.length - 1)
  return joinLists(
    Array.from({ length: itemCount }, (_, item) => liftList(neighboursOf(neighbours, item), lift))
  )
}

export function liftList({ indexes, scores }: ScoredIndexes, lift: Float32Array): ScoredIndexes {
  const lifted = scores.map((score, at) => score * (lift[indexes[at] ?? 0] ?? 1))
  return topK(lifted, lifted.length, { ids: indexes })
}
