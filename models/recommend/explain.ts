import type { ScoredIndexes } from '../contracts/served.ts'
import type { Recommendation, ScorePart } from './blend.ts'
import type { Entries } from './entries.ts'
import { topK } from './top-k.ts'

type Explained = {
  entries: Entries
  /** By part. */
  names: readonly string[]
  scales: readonly number[]
  historyItems: Uint32Array
  reasonsMax: number
  /** Whether all parts of each score are wanted. */
  takesApart: boolean
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

function listReasons(best: ScoredIndexes, given: Float64Array, explained: Explained): Recommendation[] {
  const { names, historyItems, reasonsMax, takesApart } = explained
  const width = historyItems.length + 1
  return Array.from(best.indexes, (item, rank) => {
    const row = given.subarray(rank * names.length * width, (rank + 1) * names.length * width)
    const fromPart = Float64Array.from(names, (_, part) =>
      sumOf(row.subarray(part * width, (part + 1) * width))
    )
    const largest = placeOfLargest(fromPart)
    // Not the published score, which is rounded: what is very small would be 0.
    const total = sumOf(fromPart)
    // Through that source alone: what is merely alike was not bought together.
    const through = row.subarray(largest * width, largest * width + historyItems.length)
    const givers = topK(through, reasonsMax, { excluded: (at) => !((through[at] ?? 0) > 0) })
    const because = Array.from(givers.indexes, (at) => ({
      item: historyItems[at] ?? 0,
      share: (through[at] ?? 0) / total
    }))
    const parts = takesApart && { parts: partsOf(row, total, explained) }
    return { item, score: best.scores[rank] ?? 0, source: names[largest] ?? '', because, ...parts }
  })
}

/** Everything that gave anything, largest first. */
function partsOf(row: Float64Array, total: number, { names, historyItems }: Explained): ScorePart[] {
  const width = historyItems.length + 1
  const givers = topK(row, row.length, { excluded: (at) => !((row[at] ?? 0) > 0) })
  return Array.from(givers.indexes, (at) => ({
    source: names[Math.floor(at / width)] ?? '',
    item: historyItems[at % width],
    share: (row[at] ?? 0) / total
  }))
}

function sumOf(values: Float64Array): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at] ?? 0
  return sum
}

/**
 * What each item of the history gave through each part to what was chosen: a row a recommendation, in it a row a part, in it
 * the history and, last, what belongs to none of it. Ranks are by place, from 1; 0 where the item of a place was not chosen.
 */
function givenTo(
  best: ScoredIndexes,
  ranks: Uint32Array,
  { entries, names, scales, historyItems }: Explained
): Float64Array {
  const width = historyItems.length + 1
  const given = new Float64Array(best.indexes.length * names.length * width)
  entries.parts.forEach(({ lists }, part) => {
    for (const { list, weight, historyAt = historyItems.length, from } of lists) {
      const scale = weight * (scales[part] ?? 0)
      for (let at = 0; at < list.scores.length; at++) {
        const rank = (ranks[entries.places[from + at] ?? 0] ?? 0) - 1
        if (rank < 0) continue
        const score = scale * Math.max(0, list.scores[at] ?? 0)
        increase(given, (rank * names.length + part) * width + historyAt, score)
      }
    }
  })
  return given
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
