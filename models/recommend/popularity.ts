import type { ScoredIndexes } from '../contracts/served.ts'
import { decayed, type Decay, type Interactions, type Recommender } from './recommender.ts'
import { topK } from './top-k.ts'

/**
 * Weight of an item's interactions, each halved every `halfLifeDays` (exponential decay, as trending lists do):
 * a short half-life follows the season, a long one the classics. Per segment: hand in that segment's interactions.
 */
export function fitPopularity(interactions: Interactions, decay: Decay): Float32Array {
  const { itemCount, items, weights, occurredAtMs } = interactions
  const popularity = new Float64Array(itemCount)
  for (let row = 0; row < items.length; row++) {
    const item = items[row] ?? 0
    popularity[item] = (popularity[item] ?? 0) + (weights[row] ?? 0) * decayed(occurredAtMs[row] ?? 0, decay)
  }
  return Float32Array.from(popularity)
}

/** What is published: the best `k` that anybody wanted at all. */
export function popularItems(popularity: Float32Array, k: number): ScoredIndexes {
  return topK(popularity, k, { excluded: (item) => !((popularity[item] ?? 0) > 0) })
}

export function popularityRecommender(halfLifeDays: number): Recommender {
  return (interactions, { nowMs }) => {
    const popularity = fitPopularity(interactions, { nowMs, halfLifeDays })
    return { score: () => popularity.slice() }
  }
}
