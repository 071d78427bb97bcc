import type { ServedProduct } from '../models/contracts/served.ts'
import type { Recommendation } from '../models/recommend/blend.ts'
import { servedSources } from '../models/recommend/served-blend.ts'
import { recommendSettings } from '../models/recommend/settings.ts'
import { freshOrWhole, neighboursOf } from './neighbours.ts'
import { historyOf, remember, sessionOf, type Memories } from './memories.ts'
import type { Profile } from './redis.ts'
import type { ServingState } from './serving.ts'
import { sessionSource } from './sessions.ts'
import { isAvailable, shownProduct } from './shelf.ts'

export const recommendationSources = ['bought_together', 'similar', 'sessions', 'popular'] as const
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
  /** When asked for. */
  parts?: { source: RecommendationSource; product_id: string | null; share: number }[]
}

export type RecommendQuestion = {
  /** What is being looked at or is in the basket. When there is any, it asks, and the profile only excludes. */
  seeds: readonly ServedProduct[]
  profile: Profile | undefined
  exclude: readonly ServedProduct[]
  limit: number
  /** Whether each score is to be taken apart. */
  takesApart?: boolean
  nowMs: number
}

const REASONS_MAX = 2
const POPULAR_SEGMENT = 'all'

/** Eligible works, best first, each once. Empty only when nothing in the catalogue may be shown to this visitor. */
export function recommend(serving: ServingState, question: RecommendQuestion): Recommended[] {
  const memories = remember(serving, question.profile)
  const hidden = hiddenWorks(serving, question, memories)
  const isHidden = (workNumber: number) => hidden.has(workNumber) || !canShow(serving, workNumber)
  const session = question.seeds.length > 0 ? [] : sessionOf(memories, question.nowMs)
  const { sources, popular } = servedSources(recommendSettings, {
    bought_together: listsOf(serving, 'bought_together'),
    similar: listsOf(serving, 'similar'),
    popular: neighboursOf(serving.popular, POPULAR_SEGMENT)
  })
  const blended = serving.blend({
    history: historyOf(serving, question, memories),
    sources: [...sources, sessionSource(serving.sessions, session, isHidden)],
    popular,
    excluded: isHidden,
    k: question.limit,
    reasonsMax: REASONS_MAX,
    takesApart: question.takesApart ?? false
  })
  const items = blended.flatMap((recommendation) => explain(serving, { question, memories, recommendation }))
  return items.length < question.limit ? fillUp(serving, items, question.limit, isHidden) : items
}

const listsOf = (serving: ServingState, kind: 'bought_together' | 'similar') => (workNumber: number) =>
  freshOrWhole(serving[`fresh_${kind}`], serving[kind], serving.works.idOf(workNumber))

function canShow(serving: ServingState, workNumber: number): boolean {
  const product = shownProduct(serving.products, workNumber)
  return product !== undefined && isAvailable(product)
}

/** Owned and unwanted works, what is asked about, and what the caller shows already. */
function hiddenWorks(
  { works }: ServingState,
  { seeds, exclude }: RecommendQuestion,
  memories: Memories
): Set<number> {
  const hidden = memories.owned.union(memories.hidden)
  for (const product of [...seeds, ...exclude]) hidden.add(works.numberOf(product.work_id))
  return hidden
}

type Explained = { question: RecommendQuestion; memories: Memories; recommendation: Recommendation }

function explain(serving: ServingState, explained: Explained): Recommended[] {
  const { item, score, source, because, parts } = explained.recommendation
  const product = shownProduct(serving.products, item)
  if (!product) return []
  const known = knownSource(source)
  const apart = parts && {
    parts: parts.map((part) => ({
      source: knownSource(part.source),
      product_id:
        part.item === undefined
          ? null
          : (causeOf(serving, explained, known, part.item)?.product.product_id ?? null),
      share: part.share
    }))
  }
  const [first, ...others] = because.flatMap((cause) => causeOf(serving, explained, known, cause.item) ?? [])
  if (known === 'popular' || !first) return [{ product, score, source: known, reason: popularNow, ...apart }]

  const { code } = first
  const causes = [first, ...others.filter((other) => other.code === code)].map((cause) => cause.product)
  const text = `${reasonStarts[code]} ${causes.map((cause) => cause.title.trim()).join(' and ')}`
  const product_ids = causes.map((cause) => cause.product_id)
  return [{ product, score, source: known, reason: { code, product_ids, text }, ...apart }]
}

const knownSource = (source: string): RecommendationSource =>
  recommendationSources.find((name) => name === source) ?? 'popular'

const reasonStarts: Record<ReasonCode, string> = {
  // Of trade and of visits: not all of it was bought.
  bought_together_with: 'Chosen together with',
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

/** Names the product that the visitor saw, which is not always the edition that the shop shows first. */
function causeOf(
  { works }: ServingState,
  { question: { seeds }, memories }: Explained,
  source: RecommendationSource,
  workNumber: number
): { code: ReasonCode; product: ServedProduct } | undefined {
  const work_id = works.idOf(workNumber)
  const seed = seeds.find((product) => product.work_id === work_id)
  if (seed) return { code: source === 'similar' ? 'similar_to' : 'bought_together_with', product: seed }
  const memory = memories.seen.get(workNumber)
  return (
    memory && {
      code: memories.owned.has(workNumber) ? 'because_you_bought' : 'because_you_viewed',
      product: memory.product
    }
  )
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
