import { Type, type Static } from 'typebox'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers } from '../errors.ts'
import { readDays, shiftBack, shiftOf } from '../sales-days.ts'
import type { SalesRow } from '../sales-query.ts'
import { fromWarehouse } from '../warehouse-answer.ts'
import { Currency, Day, IdListQuery, Money, Nullable, splitIds } from './schemas.ts'

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

const CURRENCIES_MAX = 100
const FIGURES = [
  'gross_amount',
  'refund_amount',
  'net_amount',
  'lines',
  'orders',
  'units_sold',
  'refund_rate'
] as const

export function registerSalesSummary(app: ApiApp, { config, warehouse }: ApiDependencies): void {
  app.get(
    '/v1/sales/summary',
    {
      schema: {
        summary: 'Trade in some days, against as many days before',
        tags: ['sales'],
        querystring: Type.Object(
          { from: Day, to: Day, currency: IdListQuery('Only these, separated by commas') },
          { additionalProperties: false }
        ),
        response: { 200: Answer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query }) => {
      const days = readDays(query)
      const shift = shiftOf(days, 'total', 'previous_period')
      const rows = await fromWarehouse(
        warehouse.readSales({
          ...days,
          grain: 'total',
          figures: [...FIGURES],
          dimensions: [],
          filters: query.currency === undefined ? {} : { currency: splitIds(query.currency) },
          time_zone: config.SHOP_TIME_ZONE,
          shop_time_zone: config.SHOP_TIME_ZONE,
          compared: { days: shiftBack(days, shift), shift },
          limit: CURRENCIES_MAX
        })
      )
      // What traded only before is no trade of these days.
      return { ...days, rows: rows.filter(({ lines = 0 }) => lines > 0).map(describe) }
    }
  )
}

function describe(row: SalesRow): Static<typeof Answer>['rows'][number] {
  const { currency, gross_amount = '0', refund_amount = '0', net_amount = '0', refund_rate = null } = row
  const before = Number(row.previous_net_amount ?? 0)
  const net_change = before > 0 ? Number(net_amount) / before - 1 : null
  const { orders = 0, units_sold = 0 } = row
  return { currency, gross_amount, refund_amount, net_amount, net_change, orders, units_sold, refund_rate }
}
