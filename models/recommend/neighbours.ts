import type { ScoredIndexes } from '../contracts/served.ts'
import type { History, Model } from './recommender.ts'
import { transposeRows } from './sparse.ts'
import { topK } from './top-k.ts'

/** Lists of all items end to end: those of item `i` lie from `offsets[i]` up to `offsets[i + 1]`, best first. */
export type Neighbours = { offsets: Uint32Array; indexes: Uint32Array; scores: Float32Array }

/** Views, not copies. */
export function neighboursOf(neighbours: Neighbours, item: number): ScoredIndexes {
  const from = neighbours.offsets[item] ?? 0
  const to = neighbours.offsets[item + 1] ?? from
  return { indexes: neighbours.indexes.subarray(from, to), scores: neighbours.scores.subarray(from, to) }
}

export function joinLists(lists: readonly ScoredIndexes[]): Neighbours {
  const offsets = new Uint32Array(lists.length + 1)
  lists.forEach((list, item) => (offsets[item + 1] = (offsets[item] ?? 0) + list.indexes.length))
  const indexes = new Uint32Array(offsets[lists.length] ?? 0)
  const scores = new Float32Array(indexes.length)
  lists.forEach((list, item) => {
    indexes.set(list.indexes, offsets[item])
    scores.set(list.scores, offsets[item])
  })
  return { offsets, indexes, scores }
}

/** Score of an item: the sum over the history of weight times similarity. Items of the history itself score too. */
export function scoreNeighbours(neighbours: Neighbours, history: History): Float32Array {
  const scores = new Float32Array(Math.max(0, neighbours.offsets.length - 1))
  history.items.forEach((item, at) => {
    const weight = history.weights[at] ?? 0
    const from = neighbours.offsets[item] ?? 0
    const to = neighbours.offsets[item + 1] ?? from
    for (let entry = from; entry < to; entry++) {
      const target = neighbours.indexes[entry] ?? 0
      scores[target] = (scores[target] ?? 0) + weight * (neighbours.scores[entry] ?? 0)
    }
  })
  return scores
}

/** The same score taken apart by the items of the history. */
export function neighbourContributions(neighbours: Neighbours, history: History, item: number): Float64Array {
  return Float64Array.from(history.items, (source, at) => {
    const { indexes, scores } = neighboursOf(neighbours, source)
    const place = indexes.indexOf(item)
    return place < 0 ? 0 : (history.weights[at] ?? 0) * (scores[place] ?? 0)
  })
}

/** A model that is lists of neighbours and no more. */
export function neighboursModel(neighbours: Neighbours): Model {
  return {
    score: (history) => scoreNeighbours(neighbours, history),
    contributions: (history, item) => neighbourContributions(neighbours, history, item)
  }
}

/** Lists by the other side, best first again; equal scores in the order of items. */
export function transposeNeighbours({ offsets, indexes, scores }: Neighbours): Neighbours {
  const itemCount = offsets.length - 1
  const flipped = transposeRows({ offsets, indexes, values: scores }, itemCount)
  for (let item = 0; item < itemCount; item++) {
    const [from, to] = [flipped.offsets[item] ?? 0, flipped.offsets[item + 1] ?? 0]
    const ids = flipped.indexes.subarray(from, to)
    const best = topK(flipped.values.subarray(from, to), to - from, { ids })
    ids.set(best.indexes)
    flipped.values.set(best.scores, from)
  }
  return { offsets: flipped.offsets, indexes: flipped.indexes, scores: flipped.values }
}
