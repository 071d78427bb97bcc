import type { ScoredIndexes } from '../../models/contracts/served.ts'
import type { BlendInput, BlendSource } from '../../models/recommend/blend.ts'
import { mulberry32 } from '../../models/chance.ts'
import type { History } from '../../models/recommend/recommender.ts'
import { recommendSettings } from '../../models/recommend/settings.ts'

export type Requests = { itemCount: number; plain: BlendInput[]; served: BlendInput[] }

const HISTORY = 50
const K = 20
const REASONS = 3
const SEED = 11
/** Some are sold out, some owned. */
const HIDDEN_EVERY = 50

/** Lists of all items, as the API holds them, and requests of visitors who like what everybody likes, and more. */
export function generateRequests(count: number, itemCount: number): Requests {
  const random = mulberry32(SEED)
  const draw = () => Math.floor((itemCount + 1) ** random()) - 1
  const together = createLists(itemCount, 200, draw)
  const similar = createLists(itemCount, 100, () => Math.floor(itemCount * random()))
  const popular = listOf(draw, 500)
  const histories = Array.from({ length: count }, () => historyOf(draw))
  const { boughtTogetherWeight, contentWeight, popularityWeight } = recommendSettings
  const boughtTogether: BlendSource = {
    name: 'bought_together',
    weight: boughtTogetherWeight,
    listOf: together
  }
  const everything = {
    sources: [boughtTogether, { name: 'similar', weight: contentWeight, listOf: similar }],
    popular: [{ name: 'popular', weight: popularityWeight, list: popular }],
    excluded: (item: number) => item % HIDDEN_EVERY === 0
  }
  const asked = { k: K, reasonsMax: REASONS }
  return {
    itemCount,
    plain: histories.map((history) => ({ history, sources: [boughtTogether], popular: [], ...asked })),
    served: histories.map((history) => ({ history, ...everything, ...asked }))
  }
}

/** End to end in two arrays, and views of them: not a thousand lists that happen to be warm. */
function createLists(itemCount: number, length: number, draw: () => number): (item: number) => ScoredIndexes {
  const indexes = new Uint32Array(itemCount * length)
  const scores = new Float32Array(itemCount * length)
  for (let item = 0; item < itemCount; item++) {
    const list = listOf(draw, length)
    indexes.set(list.indexes, item * length)
    scores.set(list.scores, item * length)
  }
  return (item) => ({
    indexes: indexes.subarray(item * length, (item + 1) * length),
    scores: scores.subarray(item * length, (item + 1) * length)
  })
}

/** Best first, as lists are published. */
function listOf(draw: () => number, length: number): ScoredIndexes {
  const items = new Set<number>()
  while (items.size < length) items.add(draw())
  const scores = Float32Array.from({ length }, (_, rank) => 1 / (1 + rank))
  return { indexes: Uint32Array.from(items), scores }
}

function historyOf(draw: () => number): History {
  const { indexes } = listOf(draw, HISTORY)
  return { items: indexes, weights: Float32Array.from(indexes, (_, at) => 2 ** (-at / 10)) }
}
