import type { ScoredIndexes } from '../contracts/served.ts'
import { createNearestSessions, type NearestSessions } from './nearest-sessions.ts'
import { entryOf, type SessionIndex } from './session-index.ts'
import { topK } from './top-k.ts'

export type SessionSettings = {
  /** So many of a session's latest items speak; at most 9, since a tenth has no weight. */
  lastItemsMax: number
  /** So many of the most recent sessions that share one of them are looked at, and so many of the nearest are heard. */
  recentSessionsMax: number
  neighboursMax: number
  /** Weight of an item `p` places before the latest of `n`: `(n - p) / n`, or `exp(-itemDecay p)`. */
  itemDecay: 'linear' | number
  idfExponent: number
  /** An item that is `d` places from the shared one in the past session counts `exp(-distanceDecay d)`. */
  distanceDecay: number
  /** What an item of the session itself counts: visitors go back. */
  returnWeight: number
}

/** As published: without the two additions below. The sizes are where a search may start. */
export const vmisKnn: SessionSettings = {
  lastItemsMax: 2,
  recentSessionsMax: 500,
  neighboursMax: 100,
  itemDecay: 'linear',
  idfExponent: 1,
  distanceDecay: 0,
  returnWeight: 1
}

/**
 * Best first. `parts[rank × speakers + s]` is what speaker `s` gave to the score at that rank: they add up to it.
 * `neighbourCount` sessions were heard.
 */
export type SessionScores = ScoredIndexes & {
  speakers: Uint32Array
  parts: Float64Array
  neighbourCount: number
}

export type SessionNeighbours = (
  /** Latest first; items may repeat, and need not be known. */
  session: ArrayLike<number>,
  options: { k: number; excluded?: ((item: number) => boolean) | undefined }
) => SessionScores

/**
 * What comes next in a session, from past sessions like it (VMIS-kNN: Kersbergen, Sprangers and Schelter 2022), with two
 * additions: items near to the shared one in the past session count more, and so may items of the session itself:
 *   similarity(n) = sum of the weights of the speakers that session n holds
 *   score(j) = return(j) idf(j) sum_n similarity(n) (1 - p_n / 10) exp(-distanceDecay |place_n(j) - place_n(latest shared)|)
 * over the nearest sessions n that hold j; the latest shared item is the p_n-th latest speaker, and
 * idf(j) = log(all entries / entries of j) ** idfExponent. The index may grow between calls.
 */
export function createSessionNeighbours(index: SessionIndex, settings: SessionSettings): SessionNeighbours {
  const nearestSessions = createNearestSessions(index, {
    recentMax: settings.recentSessionsMax,
    nearestMax: settings.neighboursMax
  })
  const nearness = Float64Array.from({ length: index.sessionItemsMax }, (_, distance) =>
    Math.exp(-settings.distanceDecay * distance)
  )
  // Working memory by item, all 0 between calls.
  let sums = new Float64Array(0)
  let ranks = new Uint32Array(0)

  return (session, { k, excluded }) => {
    const own = new Set(Array.from(session))
    const speakers = Uint32Array.from(own).subarray(0, Math.min(settings.lastItemsMax, LAST_ITEMS_MAX))
    const weights = itemWeights(speakers.length, settings.itemDecay)
    const nearest = nearestSessions({ items: speakers, weights })
    if (sums.length < index.counts.length) {
      sums = new Float64Array(index.counts.length)
      ranks = new Uint32Array(index.counts.length)
    }
    const factorOf = (item: number) =>
      idf(index, item) ** settings.idfExponent * (own.has(item) ? settings.returnWeight : 1)
    const { items, scores } = scoreAll(nearest, factorOf)
    const best = topK(scores, k, { ids: items, excluded })
    return {
      ...best,
      speakers,
      parts: partsOf(best, nearest, { weights, factorOf }),
      neighbourCount: nearest.count
    }
  }

  function scoreAll(nearest: NearestSessions, factorOf: (item: number) => number) {
    const items: number[] = []
    visitItems(index, nearest, nearness, (item, nearby, at) => {
      if (sums[item] === 0) items.push(item)
      sums[item] = (sums[item] ?? 0) + nearby * (nearest.similarities[at] ?? 0)
    })
    const scores = new Float64Array(items.length)
    items.forEach((item, at) => {
      // NaN is never chosen: what scores nothing is no recommendation.
      scores[at] = (sums[item] ?? 0) * factorOf(item) || NaN
      sums[item] = 0
    })
    return { items, scores }
  }

  /** Goes through the sessions once more, only for what was chosen. */
  function partsOf(
    { indexes }: ScoredIndexes,
    nearest: NearestSessions,
    { weights, factorOf }: { weights: Float64Array; factorOf: (item: number) => number }
  ): Float64Array {
    const parts = new Float64Array(indexes.length * weights.length)
    const factors = Float64Array.from(indexes, factorOf)
    indexes.forEach((item, rank) => (ranks[item] = rank + 1))
    visitItems(index, nearest, nearness, (item, nearby, at) => {
      const rank = (ranks[item] ?? 0) - 1
      if (rank < 0) return
      const given = nearby * (factors[rank] ?? 0)
      const shared = nearest.shared[at] ?? 0
      for (let speaker = 0; speaker < weights.length; speaker++) {
        if (((shared >>> speaker) & 1) === 0) continue
        const part = rank * weights.length + speaker
        parts[part] = (parts[part] ?? 0) + given * (weights[speaker] ?? 0)
      }
    })
    for (const item of indexes) ranks[item] = 0
    return parts
  }
}

/** The tenth has the weight 0 (see `visitItems`). */
const LAST_ITEMS_MAX = 9

function itemWeights(length: number, decay: SessionSettings['itemDecay']): Float64Array {
  return Float64Array.from({ length }, (_, place) =>
    decay === 'linear' ? (length - place) / length : Math.exp(-decay * place)
  )
}

/** Every item of every session, with all of its weight but the session's similarity and the item's own factor. */
function visitItems(
  index: SessionIndex,
  { count, slots, latestShared, latestPlaces }: NearestSessions,
  nearness: Float64Array,
  visit: (item: number, nearby: number, at: number) => void
): void {
  for (let at = 0; at < count; at++) {
    const slot = slots[at] ?? 0
    const first = entryOf(index, slot, 0)
    const latestPlace = latestPlaces[at] ?? 0
    const matchWeight = 1 - (1 + (latestShared[at] ?? 0)) / 10
    for (let place = 0; place < (index.lengths[slot] ?? 0); place++) {
      const nearby = matchWeight * (nearness[Math.abs(place - latestPlace)] ?? 0)
      visit(index.items[first + place] ?? 0, nearby, at)
    }
  }
}

function idf({ counts, entryCount }: SessionIndex, item: number): number {
  return Math.log(entryCount / (counts[item] ?? 1))
}
