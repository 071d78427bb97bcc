import type { ScoredIndexes } from '../contracts/served.ts'

/**
 * Scored ids of which the best can be found: those with the larger score or, where they are equal, the smaller id. No id twice.
 * A score and its id lie in the 64 bits of one number, the float32 above the id's bits turned over: of two such numbers the
 * better one is the larger, for floats of any kind are in the order of their bits (below 0 in the opposite order, so there
 * the id's bits stay as they are). So one comparison does for both, and the engine's own sort for all.
 */
export type Pool = { keys: Float64Array; scores: Float32Array; ids: Uint32Array; length: number }

/** Little-endian, as every machine is that Node runs on: a key's low word is its first. */
const [ID, SCORE] = [0, 1]

export function createPool(capacity: number): Pool {
  const keys = new Float64Array(capacity)
  return { keys, scores: new Float32Array(keys.buffer), ids: new Uint32Array(keys.buffer), length: 0 }
}

/** The pool must not be full. */
export function addTo(pool: Pool, score: number, id: number): void {
  const at = 2 * pool.length++
  // 0 and -0 are equal, their bits are not.
  pool.scores[at + SCORE] = score + 0
  pool.ids[at + ID] = score < 0 ? id : ~id
}

/** Only the best k stay, in any order; answers the worst of their scores, -Infinity while there are fewer. */
export function keepBest(pool: Pool, k: number): number {
  if (pool.length < k) return -Infinity
  select(pool.keys, k, pool.length)
  pool.length = k
  return pool.scores[2 * (k - 1) + SCORE] ?? 0
}

/** Best first. */
export function takeSorted({ keys, scores, ids, length }: Pool): ScoredIndexes {
  keys.subarray(0, length).sort()
  const best = { indexes: new Uint32Array(length), scores: new Float32Array(length) }
  for (let rank = 0; rank < length; rank++) {
    const at = 2 * (length - 1 - rank)
    const score = scores[at + SCORE] ?? 0
    const id = ids[at + ID] ?? 0
    best.scores[rank] = score
    best.indexes[rank] = score < 0 ? id : ~id
  }
  return best
}

/** Quickselect (Hoare 1961): the k largest come to the front, the smallest of them last. */
function select(keys: Float64Array, k: number, length: number): void {
  let from = 0
  let to = length
  while (to - from > 1) {
    const pivot = partition(keys, from, to)
    if (pivot === k - 1) return
    if (pivot < k) from = pivot + 1
    else to = pivot
  }
}

/**
 * Puts one key in its place, the larger ones before it and the others behind; answers that place. (Lomuto's scheme: twice
 * the writes of Hoare's and no branch, which would be guessed wrong every other time.)
 */
function partition(keys: Float64Array, from: number, to: number): number {
  movePivotFirst(keys, from, to)
  const pivot = keys[from] ?? 0
  let place = from + 1
  for (let at = place; at < to; at++) {
    const key = keys[at] ?? 0
    keys[at] = keys[place] ?? 0
    keys[place] = key
    place += Number(key > pivot)
  }
  swap(keys, from, place - 1)
  return place - 1
}

/** The middle one of three: what is in order already is cut in halves. */
function movePivotFirst(keys: Float64Array, from: number, to: number): void {
  const middle = (from + to) >> 1
  const last = to - 1
  if ((keys[middle] ?? 0) > (keys[from] ?? 0)) swap(keys, middle, from)
  if ((keys[last] ?? 0) > (keys[from] ?? 0)) swap(keys, last, from)
  if ((keys[last] ?? 0) > (keys[middle] ?? 0)) swap(keys, last, middle)
  swap(keys, from, middle)
}

function swap(keys: Float64Array, a: number, b: number): void {
  const key = keys[a] ?? 0
  keys[a] = keys[b] ?? 0
  keys[b] = key
}
