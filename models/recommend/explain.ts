import type { ScoredIndexes } from '../contracts/served.ts'
import type { Recommendation } from './blend.ts'
import { createScoreTable, addScore, placeOf } from './score-table.ts'
import { topK } from './top-k.ts'

/** What a source gave: lists with their weights, and what their sums are multiplied by. */
export type Part = {
  name: string
  scale: number
  lists: readonly { list: ScoredIndexes | undefined; weight: number; historyAt: number | undefined }[]
}

type Explained = { parts: readonly Part[]; historyItems: Uint32Array; reasonsMax: number }

/** Goes over the lists once more, only for what was chosen: who gave how much. */
export function explain(
  best: ScoredIndexes,
  { parts, historyItems, reasonsMax }: Explained
): Recommendation[] {
  // Sparse, since nearly every look-up is of an item that was not chosen.
  const chosen = createScoreTable(8 * best.indexes.length)
  for (const item of best.indexes) addScore(chosen, item, 1)
  const chosenCount = best.indexes.length
  const historyCount = historyItems.length
  const fromHistory = new Float64Array(chosenCount * historyCount)
  const fromPart = new Float64Array(chosenCount * parts.length)
  parts.forEach((part, partAt) => {
    for (const { list, weight, historyAt } of part.lists) {
      const scale = weight * part.scale
      if (!list || !(scale > 0)) continue
      for (let at = 0; at < list.indexes.length; at++) {
        const place = placeOf(chosen, list.indexes[at] ?? 0)
        const score = scale * (list.scores[at] ?? 0)
        if (place < 0 || !(score > 0)) continue
        increase(fromPart, place * parts.length + partAt, score)
        if (historyAt !== undefined) increase(fromHistory, place * historyCount + historyAt, score)
      }
    }
  })
  return Array.from(best.indexes, (item, place) => {
    const score = best.scores[place] ?? 0
    const givers = topK(fromHistory.subarray(place * historyCount, (place + 1) * historyCount), reasonsMax)
    const because = Array.from(givers.indexes, (at, rank) => ({
      item: historyItems[at] ?? 0,
      share: (givers.scores[rank] ?? 0) / score
    })).filter(({ share }) => share > 0)
    const [source = 0] = topK(fromPart.subarray(place * parts.length, (place + 1) * parts.length), 1).indexes
    return { item, score, source: parts[source]?.name ?? '', because }
  })
}

function increase(sums: Float64Array, at: number, by: number): void {
  sums[at] = (sums[at] ?? 0) + by
}
