import { Type } from 'typebox'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers } from '../errors.ts'
import { fromWarehouse } from '../warehouse-answer.ts'
import { readDays } from './sales.ts'
import { Currency, Day, Money, Nullable } from './schemas.ts'

const Answer = Type.Object(
  {
    from: Type.String(),
    to: Type.String(),
    rows: Type.Array(
      Type.Object({
        currency: Currency,
        gross_amount: Money,
        refund_amount: Type.String({ description: 'As a negative amount' }),
        net_amount: Type.String({ description: 'gross_amount + refund_amount' }),
        net_change: Nullable(Type.Number(), {
          description: 'Share by which net sales differ from as many days before; null when there were none'
        }),
        orders: Type.Integer({ description: 'Orders paid in these days' }),
        units_sold: Type.Integer(),
        refund_rate: Nullable(Type.Number(), { description: 'Share of gross sales that was given back' })
      })
    )
  },
  { description: 'One row a currency' }
)

export function registerSalesSummary(app: ApiApp, { warehouse }: ApiDependencies): void {
  app.get(
    '/v1/sales/summary',
    {
      schema: {
        summary: 'Trade in some days, against as many days before',
        tags: ['sales'],
        querystring: Type.Object({ from: Day, to: Day }, { additionalProperties: false }),
        response: { 200: Answer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query }) => {
      const days = readDays(query)
      return { ...days, rows: await fromWarehouse(warehouse.readSalesSummary(days)) }
    }
  )
}
