import { Type } from 'typebox'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers } from '../errors.ts'
import { readDays, shiftBack, shiftOf } from '../sales-days.ts'
import { fromWarehouse } from '../warehouse-answer.ts'
import { Currency, Day, IdListQuery, Limit, Money, Nullable, splitIds } from './schemas.ts'

const Answer = Type.Object(
  {
    from: Type.String(),
    to: Type.String(),
    compared_with: Type.Object({ from: Type.String(), to: Type.String() }),
    rows: Type.Array(
      Type.Object({
        product_id: Type.String(),
        title: Type.Optional(Type.String()),
        currency: Currency,
        net_amount: Money,
        previous_net_amount: Money,
        net_change: Nullable(Type.Number(), { description: 'As a share; null when there were none before' }),
        units_sold: Type.Integer(),
        previous_units_sold: Type.Integer()
      })
    )
  },
  { description: 'The largest change of net sales, in money, first' }
)

export function registerSalesMovers(app: ApiApp, { config, warehouse, serving }: ApiDependencies): void {
  app.get(
    '/v1/sales/movers',
    {
      schema: {
        summary: 'Products that sell less, or more, than before',
        tags: ['sales'],
        querystring: Type.Object(
          {
            from: Day,
            to: Day,
            direction: Type.Enum(['falling', 'rising'], { default: 'falling' }),
            compare: Type.Enum(['previous_period', 'previous_year'], { default: 'previous_period' }),
            currency: IdListQuery('Only these, separated by commas'),
            limit: Limit({ default: 20, maximum: 100 })
          },
          { additionalProperties: false }
        ),
        response: { 200: Answer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { direction, compare, currency, limit, ...query } }) => {
      const days = readDays(query)
      const shift = shiftOf(days, 'day', compare)
      const compared = { days: shiftBack(days, shift), shift }
      const found = await fromWarehouse(
        warehouse.readMovers({
          ...days,
          compared,
          direction,
          limit,
          filters: { kind: ['product'], ...(currency !== undefined && { currency: splitIds(currency) }) },
          time_zone: config.SHOP_TIME_ZONE,
          shop_time_zone: config.SHOP_TIME_ZONE
        })
      )
      const rows = found.map((row) => {
        const { product_id = '', currency: of, net_amount = '0', previous_net_amount = '0' } = row
        const before = Number(previous_net_amount)
        const title = serving.products.byId.get(product_id)?.title
        return {
          product_id,
          ...(title !== undefined && { title }),
          currency: of,
          net_amount,
          previous_net_amount,
          net_change: before > 0 ? Number(net_amount) / before - 1 : null,
          units_sold: row.units_sold ?? 0,
          previous_units_sold: row.previous_units_sold ?? 0
        }
      })
      return { ...days, compared_with: compared.days, rows }
    }
  )
}
