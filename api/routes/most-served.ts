import { Type } from 'typebox'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers } from '../errors.ts'
import { fromWarehouse } from '../warehouse-answer.ts'
import { readDays } from '../sales-days.ts'
import { Day, Limit, Nullable } from './schemas.ts'

const Answer = Type.Object(
  {
    from: Type.String(),
    to: Type.String(),
    rows: Type.Array(
      Type.Object({
        product_id: Type.String(),
        title: Type.Optional(Type.String()),
        served: Type.Integer({ description: 'Answers that named the product' }),
        clicked: Type.Integer({ description: 'Clicks that came back for it' }),
        click_rate: Nullable(Type.Number(), { description: 'clicked / served; null when never served' })
      })
    )
  },
  { description: 'The most served first' }
)

export function registerMostServed(app: ApiApp, { warehouse, serving }: ApiDependencies): void {
  app.get(
    '/v1/recommendations/most-served',
    {
      schema: {
        summary: 'What was recommended most',
        tags: ['recommendations'],
        querystring: Type.Object(
          { from: Day, to: Day, limit: Limit({ default: 20, maximum: 100 }) },
          { additionalProperties: false }
        ),
        response: { 200: Answer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { limit, ...query } }) => {
      const days = readDays(query)
      const rows = await fromWarehouse(warehouse.readMostServed({ ...days, limit }))
      return {
        ...days,
        rows: rows.map((row) => {
          const title = serving.products.byId.get(row.product_id)?.title
          return { ...row, ...(title !== undefined && { title }) }
        })
      }
    }
  )
}
