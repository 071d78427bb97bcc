import type { ScoredIndexes } from '../contracts/served.ts'
import { explain, type Part } from './explain.ts'
import type { History } from './recommender.ts'
import { addList, addScore, createScoreTable, type ScoreTable } from './score-table.ts'
import { topK } from './top-k.ts'

/** Lists by item, for example the neighbours of `bought_together`. Undefined: nothing was published for that item. */
export type BlendSource = {
  name: string
  weight: number
  listOf: (item: number) => ScoredIndexes | undefined
}
export type BlendInput = {
  history: History
  sources: readonly BlendSource[]
  /** Lists that are the same for every visitor: popular, trending, new. */
  popular: readonly { name: string; weight: number; list: ScoredIndexes }[]
  excluded?: ((item: number) => boolean) | undefined
  k: number
  /** How many items of the history explain each recommendation. */
  reasonsMax?: number
}

export type Recommendation = {
  item: number
  score: number
  /** What gave most of the score. */
  source: string
  /** The items of the history that gave most, with their share of the score, largest first. */
  because: { item: number; share: number }[]
}

const REASONS_MAX = 3

/**
 * The score of an item is the sum over sources of weight times the source's score divided by the Euclidean norm of all
 * its scores, so that weights mean the same whatever the scale of a source. A source of neighbours scores an item j with
 * sum_h w_h S_hj over the history. Only published lists are needed; the cost is their entries, twice.
 * A basket is a history with equal weights. Best first, ties by item.
 */
export function blend(input: BlendInput): Recommendation[] {
  const parts = [
    ...input.sources.map((source) => neighboursPart(source, input.history)),
    ...popularParts(input)
  ]
  const scored = parts.map((part) => scorePart(part))
  const total = createScoreTable(scored.reduce((sum, { table }) => sum + table.length, 0))
  for (const { table, part } of scored) {
    for (let at = 0; at < table.length; at++) {
      const score = part.scale * (table.scores[at] ?? 0)
      if (score > 0) addScore(total, table.items[at] ?? 0, score)
    }
  }
  const ids = total.items.subarray(0, total.length)
  const best = topK(total.scores, input.k, { ids, excluded: input.excluded })
  return explain(best, {
    parts: scored.map(({ part }) => part),
    historyItems: input.history.items,
    reasonsMax: input.reasonsMax ?? REASONS_MAX
  })
}

/** Looks each list up once: a caller's look-up may cost more than reading the list. */
function neighboursPart({ name, weight, listOf }: BlendSource, history: History): Part {
  const lists = Array.from(history.items, (item, at) => ({
    list: listOf(item),
    weight: history.weights[at] ?? 0,
    historyAt: at
  }))
  return { name, scale: weight, lists }
}

function popularParts({ popular }: BlendInput): Part[] {
  return popular.map(({ name, weight, list }) => ({
    name,
    scale: weight,
    lists: [{ list, weight: 1, historyAt: undefined }]
  }))
}

/** The part's scores, and the part with the scale that makes their norm its weight. */
function scorePart(part: Part): { table: ScoreTable; part: Part } {
  const entries = part.lists.reduce((sum, { list }) => sum + (list?.indexes.length ?? 0), 0)
  const table = createScoreTable(entries)
  for (const { list, weight } of part.lists) addList(table, list, weight)
  let squares = 0
  for (let at = 0; at < table.length; at++) squares += (table.scores[at] ?? 0) ** 2
  return { table, part: { ...part, scale: squares > 0 ? Math.max(0, part.scale) / Math.sqrt(squares) : 0 } }
}
