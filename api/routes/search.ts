import { Type } from 'typebox'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers } from '../errors.ts'
import { searchProducts } from '../search.ts'
import { requireCatalogue } from './products.ts'
import { Limit, ProductAnswer } from './schemas.ts'

const Query = Type.Object(
  {
    q: Type.String({ minLength: 1, maxLength: 200, description: 'Words; the last may be unfinished' }),
    limit: Limit({ default: 20, maximum: 100 }),
    offset: Type.Integer({ minimum: 0, maximum: 100_000, default: 0 })
  },
  { additionalProperties: false }
)
const Answer = Type.Object(
  {
    q: Type.String(),
    total: Type.Integer({ description: 'Hits before the limit' }),
    items: Type.Array(ProductAnswer)
  },
  { description: 'Hits, best first' }
)

export function registerSearch(app: ApiApp, { serving }: ApiDependencies): void {
  app.get(
    '/v1/search',
    {
      schema: {
        summary: 'Search the catalogue',
        description:
          'In titles, facts and ids; forgives case, accents, plurals, and one wrong letter in a word.',
        tags: ['products'],
        querystring: Query,
        response: { 200: Answer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { q, limit, offset } }) => {
      requireCatalogue(serving)
      const { products, total } = searchProducts({ index: serving.search, byId: serving.products.byId }, q, {
        limit,
        offset
      })
      return { q, total, items: products }
    }
  )
}
