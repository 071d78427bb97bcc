import { bootstrapAll, meanOf, weightedMean, type Interval } from './bootstrap.ts'
import { neighboursOf, type Neighbours } from './neighbours.ts'

/** What was recommended to a user, best first, and what they wanted; `wanted` is never empty. */
export type Answered = { ranked: ArrayLike<number>; wanted: ReadonlySet<number> }

/** What the beyond-accuracy metrics need to know. */
export type Catalogue = {
  itemCount: number
  /** Users of each item, in what the models were fitted to, and how many users there were. */
  itemUsers: ArrayLike<number>
  userCount: number
  /** Content neighbours: how alike two works are; 0 where one is not in the other's list. */
  similar: Neighbours
}

export const userMetrics = [
  'recall',
  'ndcg',
  'mrr',
  'hit_rate',
  'novelty',
  'diversity',
  'popularity_share'
] as const
export const listMetrics = ['coverage', 'gini'] as const
export type Metric = (typeof userMetrics)[number] | (typeof listMetrics)[number]

/** The interval is 95 %, over users; null where the metric is of all lists together: a resample names fewer items. */
export type Figure = { metric: Metric; k: number; value: number; interval: Interval | null }

/** Every metric at k, of lists from a full ranking: nothing is sampled. */
export function evaluate(answers: readonly Answered[], k: number, catalogue: Catalogue): Figure[] {
  const head = headOf(catalogue)
  const users = answers.map((answer) => userFigures(answer, k, { ...catalogue, head }))
  const columns = userMetrics.map((metric) => Float64Array.from(users, (user) => user[metric]))
  const intervals = bootstrapAll(answers.length, (draws) =>
    columns.map((column) => weightedMean(column, draws))
  )
  const byUser = userMetrics.map((metric, at): Figure => {
    return { metric, k, value: meanOf(columns[at] ?? []), interval: intervals[at] ?? null }
  })
  const exposure = exposureOf(answers, k, catalogue.itemCount)
  return [
    ...byUser,
    { metric: 'coverage', k, value: coverageOf(exposure), interval: null },
    { metric: 'gini', k, value: giniOf(exposure), interval: null }
  ]
}

export type Accuracy = { recall: number; ndcg: number; mrr: number; hit_rate: number }

/**
 * Of one user, with rel(r) = 1 where the item of rank r was wanted (Herlocker et al. 2004; Järvelin, Kekäläinen 2002):
 *   recall@k = sum_r rel(r) / |wanted|;  hit_rate@k = 1 if any, else 0;  mrr@k = 1 / the first such rank, or 0;
 *   ndcg@k = sum_r rel(r) / log2(1 + r), over the most that min(k, |wanted|) hits could give.
 */
export function accuracyAt({ ranked, wanted }: Answered, k: number): Accuracy {
  let [hits, gain, ideal, first] = [0, 0, 0, 0]
  for (let rank = 1; rank <= k; rank++) {
    const discount = 1 / Math.log2(1 + rank)
    if (rank <= wanted.size) ideal += discount
    const item = ranked[rank - 1]
    if (item === undefined || !wanted.has(item)) continue
    if (first === 0) first = rank
    hits++
    gain += discount
  }
  return {
    recall: hits / wanted.size,
    ndcg: gain / ideal,
    mrr: first > 0 ? 1 / first : 0,
    hit_rate: hits > 0 ? 1 : 0
  }
}

type Known = Catalogue & { head: ReadonlySet<number> }

function userFigures(answer: Answered, k: number, catalogue: Known) {
  const list = Array.from(answer.ranked).slice(0, k)
  return {
    ...accuracyAt(answer, k),
    novelty: meanOf(list.map((item) => selfInformation(item, catalogue))),
    diversity: diversityOf(list, catalogue.similar),
    popularity_share: meanOf(list.map((item) => (catalogue.head.has(item) ? 1 : 0)))
  }
}

/** -log2 of the share of users who have the item (Zhou et al. 2010): bits of surprise. An item of nobody counts as of one. */
function selfInformation(item: number, { itemUsers, userCount }: Catalogue): number {
  return Math.log2(Math.max(1, userCount) / Math.max(1, itemUsers[item] ?? 0))
}

/** 1 - the mean similarity of the list's pairs (Ziegler et al. 2005). */
function diversityOf(list: readonly number[], similar: Neighbours): number {
  const places = new Map(list.map((item, place) => [item, place]))
  const pairs = (list.length * (list.length - 1)) / 2
  if (pairs === 0) return 0
  const alike = new Map<number, number>()
  for (const [item, place] of places) {
    const { indexes, scores } = neighboursOf(similar, item)
    for (let at = 0; at < indexes.length; at++) {
      const other = places.get(indexes[at] ?? 0)
      if (other === undefined || other === place) continue
      const pair = Math.min(place, other) * list.length + Math.max(place, other)
      alike.set(pair, Math.max(alike.get(pair) ?? 0, scores[at] ?? 0))
    }
  }
  return 1 - alike.values().reduce((sum, score) => sum + score, 0) / pairs
}

const HEAD_SHARE = 0.2

/** The fifth of the items that most users have (the head as in Abdollahpouri et al. 2019); items of nobody are not in it. */
function headOf({ itemCount, itemUsers }: Catalogue): ReadonlySet<number> {
  const users = (item: number) => itemUsers[item] ?? 0
  const items = Array.from({ length: itemCount }, (_, item) => item)
    .filter((item) => users(item) > 0)
    .toSorted((a, b) => users(b) - users(a) || a - b)
  return new Set(items.slice(0, Math.ceil(HEAD_SHARE * itemCount)))
}

/** How many lists each item is in. */
function exposureOf(answers: readonly Answered[], k: number, itemCount: number): Float64Array {
  const exposure = new Float64Array(itemCount)
  for (const { ranked } of answers) {
    for (let at = 0; at < Math.min(k, ranked.length); at++) {
      const item = ranked[at] ?? 0
      exposure[item] = (exposure[item] ?? 0) + 1
    }
  }
  return exposure
}

/** Share of the catalogue that is recommended to anybody. */
export function coverageOf(exposure: Float64Array): number {
  return exposure.length === 0 ? 0 : exposure.filter((count) => count > 0).length / exposure.length
}

/** sum_r (2r - n - 1) x_r / (n sum x), x ascending: 0 when all are shown alike, near 1 when one item has every place. */
export function giniOf(exposure: Float64Array): number {
  const ascending = exposure.toSorted()
  const total = ascending.reduce((sum, count) => sum + count, 0)
  const n = ascending.length
  if (total === 0) return 0
  return ascending.reduce((sum, count, at) => sum + (2 * (at + 1) - n - 1) * count, 0) / (n * total)
}
