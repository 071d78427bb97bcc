import type { ScoredIndexes } from '../contracts/served.ts'
import type { Recommendation } from './blend.ts'
import type { Entries } from './entries.ts'
import { topK } from './top-k.ts'

type Explained = {
  entries: Entries
  /** By part. */
  names: readonly string[]
  scales: readonly number[]
  historyItems: Uint32Array
  reasonsMax: number
}

/** Reads the entries once more, only for what was chosen: who gave how much. Keeps its working memory between calls. */
export function createExplain(): (best: ScoredIndexes, explained: Explained) => Recommendation[] {
  let ranks = new Uint32Array(0)
  return (best, explained) => {
    const { items, placeOf } = explained.entries
    if (ranks.length < items.length) ranks = new Uint32Array(items.length)
    best.indexes.forEach((item, rank) => (ranks[placeOf(item)] = rank + 1))
    const given = givenTo(best, ranks, explained)
    for (const item of best.indexes) ranks[placeOf(item)] = 0
    return listReasons(best, given, explained)
  }
}

function listReasons(best: ScoredIndexes, { fromPart, fromHistory }: Given, explained: Explained) {
  const { names, historyItems, reasonsMax } = explained
  return Array.from(best.indexes, (item, rank) => {
    const score = best.scores[rank] ?? 0
    const givers = topK(rowOf(fromHistory, rank, historyItems.length), reasonsMax)
    const because = Array.from(givers.indexes, (at, place) => ({
      item: historyItems[at] ?? 0,
      share: (givers.scores[place] ?? 0) / score
    })).filter(({ share }) => share > 0)
    const source = placeOfLargest(rowOf(fromPart, rank, names.length))
    return { item, score, source: names[source] ?? '', because }
  })
}

/** What each part, and each item of the history, gave to what was chosen: a row of each matrix a recommendation. */
type Given = { fromPart: Float64Array; fromHistory: Float64Array }

/** Ranks are by place, from 1; 0 where the item of a place was not chosen. */
function givenTo(
  best: ScoredIndexes,
  ranks: Uint32Array,
  { entries, names, scales, historyItems }: Explained
): Given {
  const fromPart = new Float64Array(best.indexes.length * names.length)
  const fromHistory = new Float64Array(best.indexes.length * historyItems.length)
  entries.parts.forEach(({ lists }, part) => {
    for (const { list, weight, historyAt, from } of lists) {
      const scale = weight * (scales[part] ?? 0)
      for (let at = 0; at < list.scores.length; at++) {
        const rank = (ranks[entries.places[from + at] ?? 0] ?? 0) - 1
        if (rank < 0) continue
        const score = scale * Math.max(0, list.scores[at] ?? 0)
        increase(fromPart, rank * names.length + part, score)
        if (historyAt !== undefined) increase(fromHistory, rank * historyItems.length + historyAt, score)
      }
    }
  })
  return { fromPart, fromHistory }
}

function rowOf(matrix: Float64Array, row: number, width: number): Float64Array {
  return matrix.subarray(row * width, (row + 1) * width)
}

/** The first, when several are. */
function placeOfLargest(values: Float64Array): number {
  let largest = 0
  for (let at = 1; at < values.length; at++) if ((values[at] ?? 0) > (values[largest] ?? 0)) largest = at
  return largest
}

function increase(sums: Float64Array, at: number, by: number): void {
  sums[at] = (sums[at] ?? 0) + by
}
