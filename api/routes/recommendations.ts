import { randomUUIDv7 } from 'node:crypto'
import { Type, type Static } from 'typebox'
import type { ServedProduct } from '../../models/contracts/served.ts'
import { visitorOf } from '../../models/contracts/served.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers, unknownId, wrongField } from '../errors.ts'
import type { ApiMetrics } from '../metrics.ts'
import type { Profile } from '../redis.ts'
import { reasonCodes, recommend, recommendationSources, type Recommended } from '../recommend.ts'
import type { ServedEvents } from '../served-events.ts'
import { Currency, IdListQuery, IdQuery, Limit, Money, Nullable, Simulated, splitIds } from './schemas.ts'

const Query = Type.Object(
  {
    user_id: IdQuery('A customer: their history asks, and what they own is left out'),
    anonymous_id: IdQuery('A visitor who is not known by name'),
    product_id: IdQuery('A product that is being looked at: what goes with it'),
    basket: IdListQuery('Products in the basket, separated by commas: what goes with all of them'),
    exclude: IdListQuery('Products that are on the page already, separated by commas'),
    limit: Limit({ default: 10, maximum: 50 }),
    explain: Type.Boolean({
      default: false,
      description: 'Take each score apart: what each product of the history gave through each model'
    })
  },
  { additionalProperties: false }
)

const Reason = Type.Object({
  code: Type.Enum([...reasonCodes]),
  product_ids: Type.Array(Type.String(), { description: 'What gave most of the score' }),
  text: Type.String({ description: 'In words, to show to the visitor' })
})

const ScorePart = Type.Object({
  source: Type.Enum([...recommendationSources], { description: 'The model' }),
  product_id: Nullable(
    Type.String({ description: 'What it went by; null where it is the same for everybody' })
  ),
  share: Type.Number({ description: 'Of the score; all together 1' })
})

const Item = Type.Object({
  product_id: Type.String(),
  work_id: Type.String(),
  title: Type.String(),
  format: Nullable(Type.String()),
  attributes: Type.Record(Type.String(), Type.String()),
  price: Nullable(Money),
  currency: Currency,
  on_hand: Nullable(Type.Integer()),
  score: Type.Number({ description: 'Comparable within this answer only' }),
  source: Type.Enum([...recommendationSources], { description: 'The model that gave most of the score' }),
  reason: Reason,
  parts: Type.Optional(
    Type.Array(ScorePart, { description: 'With explain=true: all that gave to the score, largest first' })
  ),
  position: Type.Integer({ description: 'From 0' }),
  simulated: Simulated
})

const Answer = Type.Object(
  {
    recommendation_id: Type.String({
      description: 'Send it back with clicks, so that they can be attributed'
    }),
    degraded: Type.Boolean({ description: 'Something that the answer should take into account was missing' }),
    degraded_reason: Type.Optional(Type.String()),
    versions: Type.Record(Type.String(), Type.String(), { description: 'What was served, by kind' }),
    items: Type.Array(Item)
  },
  { description: 'Best first; one product a work; nothing owned and nothing out of stock' }
)

export function registerRecommendations(
  app: ApiApp,
  dependencies: ApiDependencies,
  parts: { metrics: ApiMetrics; servedEvents: ServedEvents }
): void {
  const { serving, log } = dependencies
  app.get(
    '/v1/recommendations',
    {
      schema: {
        summary: 'What to show a visitor, beside a product, or with a basket',
        description: 'An unknown visitor is a guest and sees what is popular.',
        tags: ['recommendations'],
        querystring: Query,
        response: { 200: Answer, ...errorAnswers(400, 404) }
      }
    },
    async ({ query }) => {
      const { user_id, anonymous_id, product_id, basket, exclude, limit, explain } = query
      const seeds = findSeeds({ product_id, basket: splitIds(basket) })
      const profile = await readProfileOrNot(visitorOf({ user_id, anonymous_id }))
      const items = recommend(serving, {
        seeds,
        profile: profile instanceof Error ? undefined : profile,
        exclude: findKnown(splitIds(exclude)),
        limit,
        takesApart: explain,
        nowMs: Date.now()
      })
      const degraded_reason = whyDegraded(profile)
      if (degraded_reason) parts.metrics.degraded.inc()
      const answer = {
        recommendation_id: randomUUIDv7(),
        degraded: degraded_reason !== undefined,
        ...(degraded_reason && { degraded_reason }),
        versions: serving.versions,
        items: items.map(itemAnswer)
      }
      parts.servedEvents.add({
        recommendation_id: answer.recommendation_id,
        product_ids: items.map((item) => item.product.product_id),
        sources: items.map((item) => item.source),
        user_id,
        anonymous_id
      })
      return answer
    }
  )

  /** A product that is asked about must exist; a basket may hold what the catalogue has just lost. */
  function findSeeds({ product_id, basket }: { product_id: string | undefined; basket: string[] }) {
    if (basket.length > BASKET_MAX) throw wrongField('basket', `at most ${BASKET_MAX} products`)
    const inBasket = findKnown(basket)
    if (product_id === undefined) return inBasket
    const product = serving.products.byId.get(product_id)
    if (!product) throw unknownId('product_id', product_id)
    return [product, ...inBasket.filter((other) => other !== product)]
  }

  function findKnown(product_ids: readonly string[]): ServedProduct[] {
    return product_ids.flatMap((product_id) => serving.products.byId.get(product_id) ?? [])
  }

  /** A store that is down must not empty the page: the answer goes on without the profile and says so. */
  async function readProfileOrNot(visitor: string | undefined): Promise<Profile | Error | undefined> {
    if (visitor === undefined) return undefined
    try {
      return await dependencies.readProfile(visitor)
    } catch (cause) {
      log.debug({ err: cause }, 'profile not read')
      return new Error('profile not read', { cause })
    }
  }

  function whyDegraded(profile: Profile | Error | undefined): string | undefined {
    if (serving.versions.products === undefined) return 'no catalogue has been published yet'
    if (profile instanceof Error) return "the visitor's profile cannot be read just now"
    if (serving.versions.bought_together === undefined) return 'no recommendations have been published yet'
    return undefined
  }
}

const BASKET_MAX = 100

function itemAnswer(
  { product, score, source, reason, parts }: Recommended,
  position: number
): Static<typeof Item> {
  // How much of it is sold, and that it still is, is the shop's business.
  const { recent_units: _, retired: __, ...shown } = product
  return { ...shown, score, source, reason, ...(parts && { parts }), position }
}
