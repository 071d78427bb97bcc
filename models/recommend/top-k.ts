import type { ScoredIndexes } from '../contracts/served.ts'
import { addTo, createPool, keepBest, takeSorted } from './pool.ts'

export type TopKOptions = {
  /** What each score belongs to, when it is not its place; ties break by it and the answer holds it. Each once. */
  ids?: ArrayLike<number>
  excluded?: ((id: number) => boolean) | undefined
}

/** Room for so many times k: the more, the rarer the pool is cut back, and the later its floor rises. */
const ROOM = 2
/** Below this a cut costs less than what it keeps out. */
const ROOM_MIN = 64

/**
 * Best first; ties break by the smaller id, so a rerun on the same data publishes the same list. Scores are compared
 * as the float32 that is published, so a different order of summation cannot reorder them. NaN is never chosen.
 * Candidates gather in a pool; when it is full, its best k stay and the worst of them is the floor for all that follow:
 * time n + k log k, memory k. (A heap takes n log k where most candidates enter it, as neighbours do.)
 */
export function topK(
  scores: ArrayLike<number>,
  k: number,
  { ids, excluded }: TopKOptions = {}
): ScoredIndexes {
  const length = ids ? ids.length : scores.length
  const size = Math.min(Math.floor(k), length)
  if (!(size > 0)) return { indexes: new Uint32Array(), scores: new Float32Array() }
  const room = Math.min(length, Math.max(ROOM_MIN, ROOM * size))
  const pool = createPool(room)
  let floor = -Infinity
  for (let at = 0; at < length; at++) {
    const score = Math.fround(scores[at] ?? NaN)
    if (!(score >= floor)) continue
    const id = ids ? (ids[at] ?? 0) : at
    if (excluded?.(id)) continue
    if (pool.length === room) floor = keepBest(pool, size)
    addTo(pool, score, id)
  }
  keepBest(pool, size)
  return takeSorted(pool)
}
