import type { ScoredIndexes } from '../contracts/served.ts'

/**
 * Scored ids in any order, the first `length` of each array. The better of two has the larger score or, where they are
 * equal, the smaller id; no id twice. (Plain functions over arrays: a closure a pool costs more than sorting it does.)
 */
export type Pool = { indexes: Uint32Array; scores: Float32Array; length: number }

/** So few are sorted by insertion. */
const SHORT = 10

/** Only the best k stay, in any order; answers the worst of their scores, -Infinity while there are fewer. */
export function keepBest(pool: Pool, k: number): number {
  if (pool.length < k) return -Infinity
  select(pool, k)
  pool.length = k
  let worst = Infinity
  for (let at = 0; at < k; at++) worst = Math.min(worst, pool.scores[at] ?? 0)
  return worst
}

/** Best first. */
export function sorted(pool: Pool): ScoredIndexes {
  sort(pool, 0, pool.length)
  return { indexes: pool.indexes.slice(0, pool.length), scores: pool.scores.slice(0, pool.length) }
}

/** Quickselect (Hoare 1961): the best k come to the front. */
function select(pool: Pool, k: number): void {
  let from = 0
  let to = pool.length
  while (to - from > 1) {
    const pivot = partition(pool, from, to)
    if (pivot === k - 1) return
    if (pivot < k) from = pivot + 1
    else to = pivot
  }
}

function sort(pool: Pool, from: number, to: number): void {
  if (to - from <= SHORT) {
    insertionSort(pool, from, to)
    return
  }
  const pivot = partition(pool, from, to)
  sort(pool, from, pivot)
  sort(pool, pivot + 1, to)
}

/** Puts one of the entries in its place, what is better before it and the others behind; answers that place. */
function partition(pool: Pool, from: number, to: number): number {
  const { indexes, scores } = pool
  movePivotFirst(pool, from, to)
  const score = scores[from] ?? 0
  const index = indexes[from] ?? 0
  let left = from
  let right = to
  for (;;) {
    do left++
    while (left < to && isBetter(scores[left] ?? 0, indexes[left] ?? 0, score, index))
    do right--
    while (isBetter(score, index, scores[right] ?? 0, indexes[right] ?? 0))
    if (left >= right) break
    swap(pool, left, right)
  }
  swap(pool, from, right)
  return right
}

/** The middle one of three: what is in order already is cut in halves. */
function movePivotFirst(pool: Pool, from: number, to: number): void {
  const middle = (from + to) >> 1
  const last = to - 1
  if (isBetterAt(pool, middle, from)) swap(pool, middle, from)
  if (isBetterAt(pool, last, from)) swap(pool, last, from)
  if (isBetterAt(pool, last, middle)) swap(pool, last, middle)
  swap(pool, from, middle)
}

function insertionSort({ indexes, scores }: Pool, from: number, to: number): void {
  for (let at = from + 1; at < to; at++) {
    const score = scores[at] ?? 0
    const index = indexes[at] ?? 0
    let hole = at
    for (; hole > from && isBetter(score, index, scores[hole - 1] ?? 0, indexes[hole - 1] ?? 0); hole--) {
      scores[hole] = scores[hole - 1] ?? 0
      indexes[hole] = indexes[hole - 1] ?? 0
    }
    scores[hole] = score
    indexes[hole] = index
  }
}

function isBetter(score: number, index: number, otherScore: number, otherIndex: number): boolean {
  return score > otherScore || (score === otherScore && index < otherIndex)
}

function isBetterAt({ indexes, scores }: Pool, a: number, b: number): boolean {
  return isBetter(scores[a] ?? 0, indexes[a] ?? 0, scores[b] ?? 0, indexes[b] ?? 0)
}

function swap({ indexes, scores }: Pool, a: number, b: number): void {
  const score = scores[a] ?? 0
  const index = indexes[a] ?? 0
  scores[a] = scores[b] ?? 0
  indexes[a] = indexes[b] ?? 0
  scores[b] = score
  indexes[b] = index
}
