import type { ScoredIndexes } from '../contracts/served.ts'

export type TopKOptions = {
  /** What each score belongs to, when it is not its place; ties break by it and the answer holds it. Each once. */
  ids?: ArrayLike<number>
  excluded?: ((id: number) => boolean) | undefined
}

/**
 * Best first; ties break by the smaller id, so a rerun on the same data publishes the same list. Scores are compared
 * as the float32 that is published, so a different order of summation cannot reorder them. NaN is never chosen.
 * A heap with the worst kept entry on top: n log k time, k memory.
 */
export function topK(
  scores: ArrayLike<number>,
  k: number,
  { ids, excluded }: TopKOptions = {}
): ScoredIndexes {
  const length = ids ? ids.length : scores.length
  const size = Math.max(0, Math.min(Math.floor(k), length))
  const heap: Heap = { indexes: new Uint32Array(size), scores: new Float32Array(size), length: 0 }
  if (size === 0) return { indexes: heap.indexes, scores: heap.scores }
  for (let at = 0; at < length; at++) {
    const id = ids ? (ids[at] ?? 0) : at
    const score = Math.fround(scores[at] ?? NaN)
    if (Number.isNaN(score)) continue
    if (heap.length === size && !isWorse(heap.scores[0] ?? 0, heap.indexes[0] ?? 0, score, id)) continue
    if (excluded?.(id)) continue
    if (heap.length < size) rise(heap, score, id)
    else sink(heap, score, id)
  }
  return sortBestFirst(heap)
}

type Heap = { indexes: Uint32Array; scores: Float32Array; length: number }

function isWorse(score: number, index: number, otherScore: number, otherIndex: number): boolean {
  return score < otherScore || (score === otherScore && index > otherIndex)
}

function rise(heap: Heap, score: number, index: number): void {
  let at = heap.length++
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isWorse(score, index, heap.scores[parent] ?? 0, heap.indexes[parent] ?? 0)) break
    move(heap, parent, at)
    at = parent
  }
  heap.scores[at] = score
  heap.indexes[at] = index
}

/** Replaces the top. */
function sink(heap: Heap, score: number, index: number): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isWorseAt(heap, child + 1, child)) child++
    if (isWorse(score, index, heap.scores[child] ?? 0, heap.indexes[child] ?? 0)) break
    move(heap, child, at)
    at = child
  }
  heap.scores[at] = score
  heap.indexes[at] = index
}

function isWorseAt(heap: Heap, a: number, b: number): boolean {
  return isWorse(heap.scores[a] ?? 0, heap.indexes[a] ?? 0, heap.scores[b] ?? 0, heap.indexes[b] ?? 0)
}

function move(heap: Heap, from: number, to: number): void {
  heap.scores[to] = heap.scores[from] ?? 0
  heap.indexes[to] = heap.indexes[from] ?? 0
}

/** Takes the worst from the top until the heap is empty: as a heap sort does, without a call for each comparison. */
function sortBestFirst(heap: Heap): ScoredIndexes {
  const indexes = new Uint32Array(heap.length)
  const scores = new Float32Array(heap.length)
  for (let rank = heap.length - 1; rank >= 0; rank--) {
    indexes[rank] = heap.indexes[0] ?? 0
    scores[rank] = heap.scores[0] ?? 0
    heap.length = rank
    if (rank > 0) sink(heap, heap.scores[rank] ?? 0, heap.indexes[rank] ?? 0)
  }
  return { indexes, scores }
}
