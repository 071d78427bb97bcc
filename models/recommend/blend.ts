import type { ScoredIndexes } from '../contracts/served.ts'
import { createExplain } from './explain.ts'
import { createGather, zeros, type GivenList } from './entries.ts'
import type { History } from './recommender.ts'
import { topK } from './top-k.ts'

/** Lists by item, for example the neighbours of `bought_together`. Undefined: nothing was published for that item. */
export type BlendSource = {
  name: string
  weight: number
  listOf: (item: number) => ScoredIndexes | undefined
  /**
   * Its weight falls as the evidence of another source grows: times half / (half + n), n the mean length of that one's lists
   * for the history, so that it speaks loudest where the other has little to say.
   */
  fades?: { besides: string; half: number }
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
  /** Whether each score is to be taken apart. */
  takesApart?: boolean
}

export type Recommendation = {
  item: number
  score: number
  /** What gave most of the score. */
  source: string
  /** The items of the history that gave most through that source, with their share of the score, largest first. */
  because: { item: number; share: number }[]
  /** When asked for: all that gave to the score, largest first. The shares add up to 1. */
  parts?: ScorePart[]
}

/** What an item of the history gave through a source; no item where the list is the same for every visitor. */
export type ScorePart = { source: string; item: number | undefined; share: number }

const REASONS_MAX = 3
const NOTHING: ScoredIndexes = { indexes: new Uint32Array(), scores: new Float32Array() }
const NO_SUMS = new Float64Array()

/**
 * The score of an item is the sum over sources of weight times the source's score divided by the Euclidean norm of all
 * its scores, so that weights mean the same whatever the scale of a source. A source of neighbours scores an item j with
 * sum_h w_h S_hj over the history. Only published lists are needed; each of their entries is looked up once and read twice.
 * A basket is a history with equal weights. Best first, ties by item.
 *
 * A blender keeps its working memory between requests and nothing else: the same input always gives the same answer.
 */
export function createBlender(): (input: BlendInput) => Recommendation[] {
  const gather = createGather()
  const explain = createExplain()
  let kept: Float64Array = new Float64Array(0)
  return (input) => {
    const parts = [
      ...input.sources.map((source) => neighboursPart(source, input.history)),
      ...popularParts(input)
    ]
    const entries = gather(parts.map(({ lists }) => lists))
    const { length } = entries.items
    kept = zeros(kept, length)
    const totals = kept.subarray(0, length)
    const scales = parts.map((_, part) =>
      addNormalised(totals, entries.parts[part]?.sums, weightOf(parts, part))
    )
    // NaN is never chosen: an item that no source speaks for must not fill up the list.
    for (let place = 0; place < length; place++) if (!((totals[place] ?? 0) > 0)) totals[place] = NaN
    const best = topK(totals, input.k, { ids: entries.items, excluded: input.excluded })
    return explain(best, {
      entries,
      names: parts.map(({ name }) => name),
      scales,
      historyItems: input.history.items,
      reasonsMax: input.reasonsMax ?? REASONS_MAX,
      takesApart: input.takesApart ?? false
    })
  }
}

type Part = { name: string; weight: number; lists: GivenList[]; fades?: BlendSource['fades'] }

function neighboursPart({ name, weight, listOf, fades }: BlendSource, history: History): Part {
  const lists = Array.from(history.items, (item, historyAt) => ({
    list: listOf(item) ?? NOTHING,
    weight: history.weights[historyAt] ?? 0,
    historyAt
  }))
  return { name, weight, lists, fades }
}

function weightOf(parts: readonly Part[], at: number): number {
  const { weight = 0, fades } = parts[at] ?? {}
  if (!fades) return weight
  const besides = parts.find(({ name }) => name === fades.besides)?.lists ?? []
  let [entries, weights] = [0, 0]
  for (const { list, weight: listWeight } of besides) {
    entries += listWeight * list.indexes.length
    weights += listWeight
  }
  const evidence = weights > 0 ? entries / weights : 0
  return (weight * fades.half) / (fades.half + evidence)
}

function popularParts({ popular }: BlendInput): Part[] {
  return popular.map(({ name, weight, list }) => ({
    name,
    weight,
    lists: [{ list, weight: 1, historyAt: undefined }]
  }))
}

/** Adds one part's sums to the totals; returns what they were multiplied by. */
function addNormalised(totals: Float64Array, sums: Float64Array = NO_SUMS, weight: number): number {
  let squares = 0
  for (let place = 0; place < sums.length; place++) squares += (sums[place] ?? 0) * (sums[place] ?? 0)
  const scale = squares > 0 ? Math.max(0, weight) / Math.sqrt(squares) : 0
  for (let place = 0; place < sums.length; place++)
    totals[place] = (totals[place] ?? 0) + scale * (sums[place] ?? 0)
  return scale
}
