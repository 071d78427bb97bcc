import { Type, type Static } from 'typebox'
import type { SalesRow } from '../clickhouse.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers, wrongField } from '../errors.ts'
import { fromWarehouse } from '../warehouse-answer.ts'
import { Currency, Nullable } from './schemas.ts'

const Day = (description: string) =>
  Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', description: `${description}, YYYY-MM-DD` }))
const GroupBy = Type.Enum(['none', 'country', 'product', 'kind'], { default: 'none' })

const ROWS_MAX = 10_000
const Query = Type.Object(
  {
    from: Day('First day'),
    to: Day('Last day, itself included; missing: the last day with sales'),
    grain: Type.Enum(['day', 'week', 'month', 'total'], {
      default: 'day',
      description: 'Weeks begin on Monday'
    }),
    group_by: GroupBy,
    limit: Type.Integer({ minimum: 1, maximum: ROWS_MAX, default: 1_000 })
  },
  { additionalProperties: false }
)

const Row = Type.Object({
  period: Type.String({ description: 'First day of the period; of a total, the first day asked for' }),
  starts_at: Type.String({ description: "When that day began in the shop's zone, RFC 3339 in UTC" }),
  country: Type.Optional(Type.String()),
  product_id: Type.Optional(Nullable(Type.String(), { description: 'Null for postage, fees and the like' })),
  title: Type.Optional(Type.String()),
  kind: Type.Optional(Type.String()),
  currency: Currency,
  gross_amount: Type.String({ description: 'Sold, on the day of payment' }),
  refund_amount: Type.String({ description: 'Given back, as a negative amount, on the day of the refund' }),
  net_amount: Type.String({ description: 'gross_amount + refund_amount' }),
  units_sold: Type.Integer(),
  units_refunded: Type.Integer({ description: 'As a negative number' }),
  lines: Type.Integer({ description: 'Order and refund lines behind the row' })
})
const Answer = Type.Object(
  {
    from: Nullable(Type.String(), { description: 'Null when there never were sales' }),
    to: Nullable(Type.String()),
    grain: Type.String(),
    group_by: Type.String(),
    truncated: Type.Boolean({ description: 'There were more rows than the limit' }),
    rows: Type.Array(Row)
  },
  { description: 'Amounts are decimal strings, for example "12.95"' }
)

const DAY_MS = 86_400_000
const DAYS_MAX = 3_653
const DEFAULT_DAYS = 30

export function registerSales(app: ApiApp, { config, warehouse, serving }: ApiDependencies): void {
  app.get(
    '/v1/sales',
    {
      schema: {
        summary: 'Sales by period, country, product or kind',
        description:
          'Without dates: the last 30 days that end with the last day with sales. At most ten years.',
        tags: ['sales'],
        querystring: Query,
        response: { 200: Answer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query }) => {
      const { grain, group_by, limit } = query
      const range = await readRange(query)
      if (!range) return { from: null, to: null, grain, group_by, truncated: false, rows: [] }
      const rows = await fromWarehouse(
        warehouse.readSales({
          ...range,
          grain,
          group_by,
          limit: limit + 1,
          time_zone: config.SHOP_TIME_ZONE
        })
      )
      return {
        ...range,
        grain,
        group_by,
        truncated: rows.length > limit,
        rows: rows.slice(0, limit).map((row) => describeRow(row, group_by))
      }
    }
  )

  async function readRange({ from, to }: Static<typeof Query>) {
    const first = from === undefined ? undefined : dayNumber('from', from)
    const lastDay = to ?? (await fromWarehouse(warehouse.readLastSalesDay()))
    if (lastDay === undefined) return first === undefined ? undefined : checkRange(first, first)
    const last = dayNumber('to', lastDay)
    return checkRange(
      first ?? last - DEFAULT_DAYS + 1,
      to === undefined ? Math.max(last, first ?? last) : last
    )
  }

  function describeRow({ member, ...row }: SalesRow, group_by: Static<typeof GroupBy>) {
    if (group_by === 'none') return row
    if (group_by !== 'product') return { ...row, [group_by]: member }
    const title = serving.products.byId.get(member)?.title
    return { ...row, product_id: member || null, ...(title !== undefined && { title }) }
  }
}

/** Two days that are asked for by name. */
export const readDays = ({ from, to }: { from: string; to: string }) =>
  checkRange(dayNumber('from', from), dayNumber('to', to))

/** Days since 1970. A day that no calendar has, such as 30 February, is a wrong field. */
function dayNumber(field: string, day: string): number {
  const ms = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(ms) || !dayOf(ms / DAY_MS).startsWith(day)) throw wrongField(field, `${day} is no day`)
  if (day < '1970-01-01' || day > '2148-12-31') throw wrongField(field, 'must lie between 1970 and 2148')
  return ms / DAY_MS
}

const dayOf = (number: number) => new Date(number * DAY_MS).toISOString().slice(0, 10)

function checkRange(first: number, last: number): { from: string; to: string } {
  if (first > last) throw wrongField('from', 'must not be after to')
  if (last - first > DAYS_MAX) throw wrongField('from', 'at most ten years before to')
  return { from: dayOf(Math.max(first, 0)), to: dayOf(last) }
}
