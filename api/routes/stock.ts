import { Type } from 'typebox'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers } from '../errors.ts'
import { requireCatalogue } from './products.ts'
import { Limit, Nullable, Simulated } from './schemas.ts'

const Answer = Type.Object(
  {
    rows: Type.Array(
      Type.Object({
        product_id: Type.String(),
        title: Type.String(),
        on_hand: Nullable(Type.Number()),
        days_of_cover: Type.Number({ description: 'Days until the stock is sold at the forecast demand' }),
        reorder_point: Nullable(Type.Number(), { description: 'Order again when stock falls to this' }),
        lead_time_days: Nullable(Type.Number()),
        simulated: Simulated
      })
    )
  },
  {
    description: 'The shortest cover first; products without a forecast or without stock figures are left out'
  }
)

export function registerStock(app: ApiApp, { serving }: ApiDependencies): void {
  app.get(
    '/v1/stock/running-out',
    {
      schema: {
        summary: 'Products whose stock lasts the fewest days',
        tags: ['forecasts'],
        querystring: Type.Object(
          { limit: Limit({ default: 20, maximum: 100 }) },
          { additionalProperties: false }
        ),
        response: { 200: Answer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { limit } }) => {
      requireCatalogue(serving)
      const known = [...serving.replenishment.values()].flatMap(({ product_id, days_of_cover, ...own }) => {
        const title = serving.products.byId.get(product_id)?.title
        if (days_of_cover === null || title === undefined) return []
        const { stock, reorder_point, terms, simulated } = own
        const { lead_time_days } = terms
        const on_hand = stock?.on_hand ?? null
        return [{ product_id, title, on_hand, days_of_cover, reorder_point, lead_time_days, simulated }]
      })
      const shortestFirst = known.toSorted(
        (a, b) => a.days_of_cover - b.days_of_cover || (a.product_id < b.product_id ? -1 : 1)
      )
      return { rows: shortestFirst.slice(0, limit) }
    }
  )
}
