import { Type, type Static } from 'typebox'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers, wrongField } from '../errors.ts'
import { WEEK, YEAR_OF_WEEKS } from '../sales-days.ts'
import type { SoFarRow } from '../sales-so-far.ts'
import { fromWarehouse } from '../warehouse-answer.ts'
import { Currency, IdListQuery, Money, Nullable, splitIds } from './schemas.ts'

const Change = (description: string) => Nullable(Type.Number(), { description })
const Row = Type.Object({
  currency: Currency,
  day: Type.String({ description: 'Business day of `at`' }),
  net_amount: Money,
  orders: Type.Integer(),
  units_sold: Type.Integer(),
  week_net_amount: Type.String({ description: 'A week before, until the same time of the clock' }),
  year_net_amount: Type.String({ description: '52 weeks before, until the same time of the clock' }),
  week_change: Change('Share by which net sales differ from a week before; null when there were none'),
  year_change: Change('The same against 52 weeks before'),
  week_orders: Type.Integer(),
  year_orders: Type.Integer(),
  quiet_minutes: Change('Since the last line of the day that counts; null when there was none')
})
const Answer = Type.Object(
  { at: Type.String(), time_zone: Type.String(), rows: Type.Array(Row) },
  { description: 'One row a currency' }
)

export function registerSalesSoFar(app: ApiApp, { config, warehouse }: ApiDependencies): void {
  app.get(
    '/v1/sales/so-far',
    {
      schema: {
        summary: 'The business day so far, against the same time a week and 52 weeks before',
        tags: ['sales'],
        querystring: Type.Object(
          {
            at: Type.Optional(Type.String({ maxLength: 40, description: 'RFC 3339; missing: now' })),
            currency: IdListQuery('Only these, separated by commas')
          },
          { additionalProperties: false }
        ),
        response: { 200: Answer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query }) => {
      const atMs = query.at === undefined ? Date.now() : readTime(query.at)
      const at = new Date(atMs).toISOString()
      const time_zone = config.SHOP_TIME_ZONE
      const currency = query.currency === undefined ? undefined : splitIds(query.currency)
      const found = await fromWarehouse(warehouse.readSalesSoFar({ at, time_zone, currency }))
      const rows = [...Map.groupBy(found, (row) => row.currency).values()].map((some) => describe(some, atMs))
      return { at, time_zone, rows }
    }
  )
}

const EARLIEST_MS = Date.parse('1971-01-01T00:00:00Z')
const LATEST_MS = Date.parse('2148-12-31T00:00:00Z')

function readTime(at: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(at) ? Date.parse(at) : NaN
  if (Number.isNaN(ms)) throw wrongField('at', `${at} is no time`)
  if (ms < EARLIEST_MS || ms > LATEST_MS) throw wrongField('at', 'must lie between 1971 and 2148')
  return ms
}

const MINUTE_MS = 60_000

function describe(rows: readonly SoFarRow[], atMs: number): Static<typeof Row> {
  const back = (days: number) => rows.find(({ days_back }) => days_back === days)
  const [now, week, year] = [back(0), back(WEEK), back(YEAR_OF_WEEKS)]
  const net_amount = now?.net_amount ?? '0'
  const change = (before: SoFarRow | undefined) => {
    const amount = Number(before?.net_amount ?? 0)
    return amount > 0 ? Number(net_amount) / amount - 1 : null
  }
  return {
    currency: rows[0]?.currency ?? '',
    day: rows[0]?.day ?? '',
    net_amount,
    orders: now?.orders ?? 0,
    units_sold: now?.units_sold ?? 0,
    week_net_amount: week?.net_amount ?? '0',
    year_net_amount: year?.net_amount ?? '0',
    week_change: change(week),
    year_change: change(year),
    week_orders: week?.orders ?? 0,
    year_orders: year?.orders ?? 0,
    quiet_minutes: now ? Math.floor((atMs - Date.parse(now.latest_sale_at)) / MINUTE_MS) : null
  }
}
