import { Type } from 'typebox'
import type { ServedProduct } from '../../models/contracts/served.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { ApiError, errorAnswers, serviceDown, unknownId } from '../errors.ts'
import { freshOrWhole } from '../neighbours.ts'
import type { ServingState } from '../serving.ts'
import { isAvailable, shownProduct } from '../shelf.ts'
import { Limit, ProductAnswer, ProductParams } from './schemas.ts'

const ListQuery = Type.Object(
  {
    sort: Type.Enum(['popular', 'title'], { default: 'popular' }),
    limit: Limit({ default: 24, maximum: 100 }),
    cursor: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 10_000_000, description: 'next_cursor of the page before' })
    )
  },
  { additionalProperties: false }
)
const ListAnswer = Type.Object(
  {
    total: Type.Integer(),
    next_cursor: Type.Optional(Type.Integer({ description: 'Missing on the last page' })),
    items: Type.Array(ProductAnswer)
  },
  { description: 'A page of the catalogue' }
)
const DetailAnswer = Type.Object(
  {
    ...ProductAnswer.properties,
    editions: Type.Array(ProductAnswer, { description: 'Other products of the same work' })
  },
  { description: 'A product' }
)
const SimilarAnswer = Type.Object(
  {
    product_id: Type.String(),
    items: Type.Array(
      Type.Object({
        ...ProductAnswer.properties,
        score: Type.Number({ description: 'Comparable within this answer only' })
      })
    )
  },
  { description: 'Like it in words and facts, best first; one product a work; nothing out of stock' }
)

export function registerProducts(app: ApiApp, { serving }: ApiDependencies): void {
  app.get(
    '/v1/products',
    {
      schema: {
        summary: 'The catalogue, page by page',
        tags: ['products'],
        querystring: ListQuery,
        response: { 200: ListAnswer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { sort, limit, cursor = 0 } }) => {
      requireCatalogue(serving)
      const products = sort === 'title' ? serving.products.byTitle : serving.products.bySales
      const next_cursor = cursor + limit
      return {
        total: products.length,
        ...(next_cursor < products.length && { next_cursor }),
        items: products.slice(cursor, next_cursor)
      }
    }
  )

  app.get(
    '/v1/products/:product_id',
    {
      schema: {
        summary: 'A product',
        tags: ['products'],
        params: ProductParams,
        response: { 200: DetailAnswer, ...errorAnswers(404, 503) }
      }
    },
    async ({ params }) => {
      const product = findProduct(serving, params.product_id)
      const editions = serving.products.byWork[serving.works.numberOf(product.work_id)] ?? []
      return {
        ...product,
        editions: editions.filter((edition) => edition !== product).slice(0, EDITIONS_MAX)
      }
    }
  )

  app.get(
    '/v1/products/:product_id/similar',
    {
      schema: {
        summary: 'Products like this one',
        tags: ['products'],
        params: ProductParams,
        querystring: Type.Object(
          { limit: Limit({ default: 10, maximum: 50 }) },
          { additionalProperties: false }
        ),
        response: { 200: SimilarAnswer, ...errorAnswers(400, 404, 503) }
      }
    },
    async ({ params, query }) => {
      const product = findProduct(serving, params.product_id)
      return { product_id: product.product_id, items: similarProducts(serving, product, query.limit) }
    }
  )
}

const EDITIONS_MAX = 50

/** A catalogue that was never loaded is no reason to call a product unknown. */
export function findProduct(serving: ServingState, product_id: string): ServedProduct {
  requireCatalogue(serving)
  const product = serving.products.byId.get(product_id)
  if (!product || product.retired) throw unknownId('product_id', product_id)
  return product
}

export function requireCatalogue(serving: ServingState): asserts serving is ServingState {
  if (serving.versions.products === undefined) throw catalogueMissing()
}

const catalogueMissing = (): ApiError => serviceDown('the published catalogue')

function similarProducts(serving: ServingState, product: ServedProduct, limit: number) {
  const items: (ServedProduct & { score: number })[] = []
  const list = freshOrWhole(serving.fresh_similar, serving.similar, product.work_id)
  for (const [i, workNumber] of (list?.indexes ?? []).entries()) {
    if (items.length === limit) break
    const other = shownProduct(serving.products, workNumber)
    if (!other || !isAvailable(other) || other.work_id === product.work_id) continue
    items.push({ ...other, score: list?.scores[i] ?? 0 })
  }
  return items
}
