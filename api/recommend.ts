import type { ServedProduct } from '../models/contracts/served.ts'
import { blend, type Recommendation } from '../models/recommend/blend.ts'
import { weighHistory } from '../models/recommend/history.ts'
import type { History } from '../models/recommend/recommender.ts'
import { recommendSettings } from '../models/recommend/settings.ts'
import { neighboursOf, type Neighbours } from './neighbours.ts'
import type { Profile } from './redis.ts'
import type { ServingState } from './serving.ts'
import { isAvailable, shownProduct } from './shelf.ts'

export const recommendationSources = ['bought_together', 'similar', 'popular'] as const
export type RecommendationSource = (typeof recommendationSources)[number]
export const reasonCodes = [
  'bought_together_with',
  'similar_to',
  'because_you_bought',
  'because_you_viewed',
  'popular_now'
] as const
type ReasonCode = (typeof reasonCodes)[number]

export type Recommended = {
  product: ServedProduct
  score: number
  source: RecommendationSource
  reason: { code: ReasonCode; product_ids: string[]; text: string }
}

export type RecommendQuestion = {
  /** What is being looked at or is in the basket. When there is any, it asks, and the profile only excludes. */
  seeds: readonly ServedProduct[]
  profile: Profile | undefined
  exclude: readonly ServedProduct[]
  limit: number
  nowMs: number
}

const REASONS_MAX = 2
const POPULAR_SEGMENT = 'all'

/** Eligible works, best first, each once. Empty only when nothing in the catalogue may be shown to this visitor. */
export function recommend(serving: ServingState, question: RecommendQuestion): Recommended[] {
  const hidden = hiddenWorks(serving, question)
  const isHidden = (workNumber: number) => hidden.has(workNumber) || !canShow(serving, workNumber)
  const blended = blend({
    history: historyOf(serving, question),
    sources: [
      {
        name: 'bought_together',
        weight: recommendSettings.boughtTogetherWeight,
        listOf: listOf(serving, serving.bought_together)
      },
      { name: 'similar', weight: recommendSettings.contentWeight, listOf: listOf(serving, serving.similar) }
    ],
    popular: popularLists(serving),
    excluded: isHidden,
    k: question.limit,
    reasonsMax: REASONS_MAX
  })
  const items = blended.flatMap((recommendation) => explain(serving, question, recommendation))
  return items.length < question.limit ? fillUp(serving, items, question.limit, isHidden) : items
}

const listOf = (serving: ServingState, neighbours: Neighbours) => (workNumber: number) =>
  neighboursOf(neighbours, serving.works.idOf(workNumber))

function popularLists(serving: ServingState) {
  const list = neighboursOf(serving.popular, POPULAR_SEGMENT)
  return list ? [{ name: 'popular', weight: recommendSettings.popularityWeight, list }] : []
}

function canShow(serving: ServingState, workNumber: number): boolean {
  const product = shownProduct(serving.products, workNumber)
  return product !== undefined && isAvailable(product)
}

/** Owned works, what is asked about, and what the caller shows already. */
function hiddenWorks({ works }: ServingState, { seeds, profile, exclude }: RecommendQuestion): Set<number> {
  const hidden = new Set<number>()
  for (const product of [...seeds, ...exclude]) hidden.add(works.numberOf(product.work_id))
  for (const work_id of profile?.owned ?? []) {
    const workNumber = works.find(work_id)
    if (workNumber !== undefined) hidden.add(workNumber)
  }
  return hidden
}

/** By work: editions of one work count once, at the latest time. */
function historyOf(serving: ServingState, { seeds, profile, nowMs }: RecommendQuestion): History {
  const times = new Map<number, number>()
  for (const product of seeds) times.set(serving.works.numberOf(product.work_id), nowMs)
  if (seeds.length === 0) {
    for (const { product_id, at_ms } of profile?.recent ?? []) {
      const product = serving.products.byId.get(product_id)
      if (!product) continue
      const workNumber = serving.works.numberOf(product.work_id)
      times.set(workNumber, Math.max(at_ms, times.get(workNumber) ?? 0))
    }
    if (times.size === 0) addOwned(serving, profile, times, nowMs)
  }
  return weighHistory(
    { items: [...times.keys()], occurredAtMs: [...times.values()] },
    {
      nowMs,
      halfLifeDays: recommendSettings.historyHalfLifeDays,
      itemsMax: recommendSettings.historyItemsMax
    }
  )
}

/** A customer of long ago has no recent items, but still a taste. */
function addOwned(
  serving: ServingState,
  profile: Profile | undefined,
  times: Map<number, number>,
  nowMs: number
) {
  for (const work_id of profile?.owned ?? []) {
    if (times.size === recommendSettings.historyItemsMax) return
    const workNumber = serving.works.find(work_id)
    if (workNumber !== undefined) times.set(workNumber, nowMs)
  }
}

function explain(
  serving: ServingState,
  question: RecommendQuestion,
  { item, score, source, because }: Recommendation
): Recommended[] {
  const product = shownProduct(serving.products, item)
  if (!product) return []
  const known = recommendationSources.find((name) => name === source) ?? 'popular'
  if (known === 'popular') return [{ product, score, source: known, reason: popularNow }]

  const [first] = because
  const code = first ? reasonCode(serving, question, known, first.item) : 'popular_now'
  // The reason names what the visitor saw, which is not always the edition that the shop shows first.
  const causes = because.flatMap((cause) => {
    const seen = seenProduct(serving, question, cause.item)
    return seen && (cause === first || reasonCode(serving, question, known, cause.item) === code)
      ? [seen]
      : []
  })
  const text = `${reasonStarts[code]} ${causes.map((cause) => cause.title).join(' and ')}`.trim()
  return [
    { product, score, source: known, reason: { code, product_ids: causes.map((c) => c.product_id), text } }
  ]
}

const reasonStarts: Record<ReasonCode, string> = {
  bought_together_with: 'Bought together with',
  similar_to: 'Similar to',
  because_you_bought: 'Because you bought',
  because_you_viewed: 'Because you viewed',
  popular_now: 'Popular now'
}
const popularNow: Recommended['reason'] = {
  code: 'popular_now',
  product_ids: [],
  text: reasonStarts.popular_now
}

function reasonCode(
  { works }: ServingState,
  { seeds, profile }: RecommendQuestion,
  source: RecommendationSource,
  cause: number
): ReasonCode {
  if (seeds.length > 0) return source === 'similar' ? 'similar_to' : 'bought_together_with'
  return profile?.owned.has(works.idOf(cause)) ? 'because_you_bought' : 'because_you_viewed'
}

function seenProduct(serving: ServingState, { seeds, profile }: RecommendQuestion, workNumber: number) {
  const work_id = serving.works.idOf(workNumber)
  const seed = seeds.find((product) => product.work_id === work_id)
  if (seed) return seed
  for (const { product_id } of profile?.recent ?? []) {
    const product = serving.products.byId.get(product_id)
    if (product?.work_id === work_id) return product
  }
  return shownProduct(serving.products, workNumber)
}

/** The lists are short or empty: the rest of the catalogue, what sells most first. */
function fillUp(
  serving: ServingState,
  items: Recommended[],
  limit: number,
  isHidden: (workNumber: number) => boolean
): Recommended[] {
  const shown = new Set(items.map((item) => item.product.work_id))
  for (const { work_id } of serving.products.bySales) {
    if (items.length >= limit) break
    const workNumber = serving.works.numberOf(work_id)
    const product = shownProduct(serving.products, workNumber)
    if (!product || shown.has(work_id) || isHidden(workNumber)) continue
    shown.add(work_id)
    items.push({ product, score: 0, source: 'popular', reason: popularNow })
  }
  return items
}
