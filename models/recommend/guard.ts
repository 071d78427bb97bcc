import { bootstrap, meanOf, weightedMean, type Interval } from './bootstrap.ts'
import type { ServedLists } from './served-models.ts'

/** How much there is of what is published. */
export type ListFacts = { works: number; bought_together: number; similar: number; popular: number }

export function factsOf({ bought_together, similar, popular }: ServedLists): ListFacts {
  const withList = (offsets: Uint32Array) =>
    offsets.subarray(1).filter((end, item) => end > (offsets[item] ?? 0)).length
  return {
    works: Math.max(0, bought_together.offsets.length - 1),
    bought_together: withList(bought_together.offsets),
    similar: withList(similar.offsets),
    popular: popular.indexes.length
  }
}

/** A catalogue loses works one by one; a fifth at once is a feed that broke. */
const WORKS_KEPT_MIN = 0.8
/** Works with a list at all, and the length of the popular list. */
const COVERAGE_KEPT_MIN = 0.5

/** Why lists like these must not replace those that are served; undefined when they may. */
export function whyTooFew(next: ListFacts, served: ListFacts): string | undefined {
  if (next.works < WORKS_KEPT_MIN * served.works)
    return `${next.works} works, where ${served.works} are served`
  for (const kind of ['bought_together', 'similar', 'popular'] as const) {
    if (next[kind] < COVERAGE_KEPT_MIN * served[kind])
      return `${next[kind]} works in ${kind}, where ${served[kind]} are served`
  }
  return undefined
}

export type Comparison = { next: number; served: number; difference: Interval; users: number }

/** Of the same customers, in the same order: what is drawn again is the pair of both. */
export function compareRecalls(next: readonly number[], served: readonly number[]): Comparison {
  const differences = next.map((recall, user) => recall - (served[user] ?? 0))
  return {
    next: meanOf(next),
    served: meanOf(served),
    difference: bootstrap(differences.length, (draws) => weightedMean(differences, draws)),
    users: differences.length
  }
}

/** Worse than by chance: the whole interval is below 0. */
export const isWorse = ({ difference }: Comparison): boolean => difference[1] < 0

export function sayComparison({ next, served, difference, users }: Comparison): string {
  const [low, high] = difference.map((bound) => `${bound < 0 ? '' : '+'}${bound.toFixed(4)}`)
  return `recall@20 ${next.toFixed(4)} against ${served.toFixed(4)} of the served settings (difference ${low} to ${high}, ${users} customers)`
}
