import type { FastifyReply } from 'fastify'
import { Type, type Static, type TSchema } from 'typebox'
import {
  mayBeNone,
  salesDimensions,
  salesFigures,
  type SalesDimensionName,
  type SalesFigure,
  type SalesFigureName
} from '../../models/contracts/metrics/sales.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers, wrongField } from '../errors.ts'
import { readCursor, writeCursor } from '../sales-cursor.ts'
import { checkRange, dayNumber, grains, shiftBack, shiftOf, type Days } from '../sales-days.ts'
import { ARROW, CSV, formatOf, toArrow, toCsv, type Cells, type SalesColumn } from '../sales-formats.ts'
import type { SalesQuestion, SalesRow } from '../sales-query.ts'
import { fromWarehouse } from '../warehouse-answer.ts'
import { Currency, IdListQuery, Nullable, splitIds } from './schemas.ts'

const ROWS_MAX = 10_000
const DEFAULT_DAYS = 30
const DEFAULT_FIGURES = 'gross_amount,refund_amount,net_amount,units_sold,units_refunded,lines'
const DIMENSIONS_MAX = 4
const figureNames = salesFigures.map(({ name }) => name)
const dimensionNames = salesDimensions.map(({ name }) => name)
const filterNames = [...dimensionNames, 'currency' as const]

const Day = (description: string) =>
  Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', description: `${description}, YYYY-MM-DD` }))
const filters = Object.fromEntries(
  filterNames.map((name) => [name, IdListQuery(`Only these, separated by commas`)])
) as Record<(typeof filterNames)[number], ReturnType<typeof IdListQuery>>

const Query = Type.Object(
  {
    from: Day('First day'),
    to: Day('Last day, itself included; missing: the last day with sales'),
    grain: Type.Enum([...grains], { default: 'day', description: 'Weeks begin on Monday' }),
    measures: Type.String({
      maxLength: 1_000,
      default: DEFAULT_FIGURES,
      description: `Figures, separated by commas, of ${figureNames.join(', ')}. Rows of a period come by the first, the largest first`
    }),
    group_by: Type.String({
      maxLength: 200,
      default: '',
      description: `At most ${DIMENSIONS_MAX} of ${dimensionNames.join(', ')}, separated by commas`
    }),
    ...filters,
    compare: Type.Enum(['none', 'previous_period', 'previous_year'], {
      default: 'none',
      description:
        'Adds previous_… to each row: of as many days, weeks or months just before; or of a year ago, for days and weeks 364 days, so that weekdays meet'
    }),
    time_zone: Type.Optional(
      Type.String({
        maxLength: 60,
        description:
          "Whose days and hours; missing: the shop's. For others every line of the days is read, which is slower"
      })
    ),
    limit: Type.Integer({ minimum: 1, maximum: ROWS_MAX, default: 1_000 }),
    cursor: Type.Optional(
      Type.String({
        maxLength: 4_000,
        description: 'next_cursor of the page before, with the same parameters'
      })
    )
  },
  { additionalProperties: false }
)
type Asked = Static<typeof Query>

function schemaOf(figure: SalesFigure, description = figure.meaning): TSchema {
  const { unit } = figure
  const is =
    unit === 'money' ? Type.String() : unit === 'share' || unit === 'ratio' ? Type.Number() : Type.Integer()
  const said = unit === 'money' ? `${description}. A decimal string` : description
  if (!mayBeNone(figure)) return Type.Optional({ ...is, description: said })
  return Type.Optional(Nullable(is, { description: `${said}; null when there is none` }))
}
const Row = Type.Object({
  period: Type.String({ description: 'First day of the period, or its hour; of a total, the first day' }),
  starts_at: Type.String({ description: 'When that began in the time zone, RFC 3339 in UTC' }),
  ...Object.fromEntries(
    salesDimensions.map(({ name, meaning }) => [
      name,
      Type.Optional(Nullable(Type.String(), { description: meaning }))
    ])
  ),
  title: Type.Optional(Type.String({ description: 'Of the product' })),
  currency: Currency,
  ...Object.fromEntries(salesFigures.map((figure) => [figure.name, schemaOf(figure)])),
  ...Object.fromEntries(
    salesFigures.map((figure) => [
      `previous_${figure.name}`,
      schemaOf(figure, `${figure.name} of the days compared with`)
    ])
  ),
  cost_is_simulated: Type.Boolean({ description: 'Whether costs behind the row are invented' })
})
const Answer = Type.Object(
  {
    from: Nullable(Type.String(), { description: 'Null when there never were sales' }),
    to: Nullable(Type.String()),
    compared_with: Type.Optional(Type.Object({ from: Type.String(), to: Type.String() })),
    time_zone: Type.String(),
    grain: Type.String(),
    group_by: Type.Array(Type.String()),
    measures: Type.Array(Type.String()),
    truncated: Type.Boolean({ description: 'There are more rows: ask on with next_cursor' }),
    next_cursor: Type.Optional(Type.String()),
    rows: Type.Array(Row)
  },
  { description: 'Amounts are decimal strings, for example "12.95"' }
)

const DESCRIPTION = `Any figures by any dimensions. Without dates: the last 30 days that end with the last day with sales; at most ten years.
One row is a period, group and currency; where nothing was sold there is none. Sales count within a minute of their events.
With \`Accept: text/csv\` or \`${ARROW}\` the same page comes as CSV or as an Arrow stream; the next one's address is then in \`Link\`.
For example \`/v1/sales?grain=month&group_by=country,channel&measures=net_amount,orders&kind=product&compare=previous_year\`.`

export function registerSales(app: ApiApp, { config, warehouse, serving }: ApiDependencies): void {
  app.get(
    '/v1/sales',
    {
      schema: {
        summary: 'Sales: any figures by any dimensions',
        description: DESCRIPTION,
        tags: ['sales'],
        querystring: Query,
        response: { 200: Answer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query, headers, url }, reply) => {
      const shape = readShape(query)
      const range = await readRange(query)
      const frame = { time_zone: shape.time_zone, grain: query.grain, group_by: shape.dimensions }
      const measures = shape.figures
      const question = range && readQuestion(query, shape, range)
      const found = question ? await fromWarehouse(warehouse.readSales(question)) : []
      const page = found.slice(0, query.limit)
      const last = page.at(-1)
      const next_cursor =
        question && last && found.length > page.length ? writeCursor(question, last) : undefined
      const rows = page.map((row) => describeRow(row))
      const format = formatOf(headers.accept)
      if (format !== 'json') {
        const columns = columnsOf(shape, query.compare !== 'none')
        sendFile(reply, { format, url, next_cursor, columns, rows })
        return reply
      }
      return {
        ...(range ?? { from: null, to: null }),
        ...(question?.compared && { compared_with: question.compared.days }),
        ...frame,
        measures,
        truncated: next_cursor !== undefined,
        ...(next_cursor !== undefined && { next_cursor }),
        rows
      }
    }
  )

  function readShape({ measures, group_by, time_zone = config.SHOP_TIME_ZONE }: Asked) {
    if (!isTimeZone(time_zone)) throw wrongField('time_zone', 'is no time zone, such as Europe/London')
    const dimensions = readNames<SalesDimensionName>('group_by', group_by, dimensionNames)
    if (dimensions.length > DIMENSIONS_MAX) throw wrongField('group_by', `at most ${DIMENSIONS_MAX}`)
    const figures = readNames<SalesFigureName>('measures', measures, figureNames)
    if (figures.length === 0) throw wrongField('measures', 'names none')
    return { figures, dimensions, time_zone }
  }

  function readQuestion(asked: Asked, shape: ReturnType<typeof readShape>, range: Days): SalesQuestion {
    const { grain, compare, cursor, limit } = asked
    const shift = compare === 'none' ? undefined : shiftOf(range, grain, compare)
    const question: SalesQuestion = {
      ...range,
      grain,
      ...shape,
      filters: Object.fromEntries(
        filterNames.flatMap((name) => (asked[name] === undefined ? [] : [[name, splitIds(asked[name])]]))
      ),
      shop_time_zone: config.SHOP_TIME_ZONE,
      ...(shift && { compared: { shift, days: shiftBack(range, shift) } }),
      limit: limit + 1
    }
    return cursor === undefined ? question : { ...question, after: readCursor(question, cursor) }
  }

  async function readRange({ from, to }: Asked): Promise<Days | undefined> {
    const first = from === undefined ? undefined : dayNumber('from', from)
    const lastDay = to ?? (await fromWarehouse(warehouse.readLastSalesDay()))
    if (lastDay === undefined) return first === undefined ? undefined : checkRange(first, first)
    const last = dayNumber('to', lastDay)
    return checkRange(
      first ?? last - DEFAULT_DAYS + 1,
      to === undefined ? Math.max(last, first ?? last) : last
    )
  }

  function describeRow({ cost_is_simulated, ...row }: SalesRow) {
    const described = { ...row, cost_is_simulated: cost_is_simulated === 1 }
    const id = row.product_id
    if (id === undefined) return described
    const title = serving.products.byId.get(id)?.title
    return { ...described, product_id: id === '' ? null : id, ...(title !== undefined && { title }) }
  }
}

function readNames<Name extends string>(field: string, list: string, known: readonly Name[]): Name[] {
  return [...new Set(splitIds(list))].map((name) => {
    const found = known.find((one) => one === name)
    if (found === undefined) throw wrongField(field, `${JSON.stringify(name)} is none of ${known.join(', ')}`)
    return found
  })
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

const CELLS = {
  money: 'money',
  units: 'integer',
  count: 'integer',
  share: 'number',
  ratio: 'number'
} as const

function columnsOf(
  { figures, dimensions }: Pick<SalesQuestion, 'figures' | 'dimensions'>,
  isCompared: boolean
): SalesColumn[] {
  const text = (name: string): SalesColumn => ({ name, type: 'text' })
  return [
    ...['period', 'starts_at', ...dimensions].map(text),
    ...(dimensions.includes('product_id') ? [text('title')] : []),
    text('currency'),
    ...figures.flatMap((name) => {
      const type = CELLS[salesFigures.find((figure) => figure.name === name)?.unit ?? 'count']
      return [name, ...(isCompared ? [`previous_${name}`] : [])].map((one) => ({ name: one, type }))
    })
  ]
}

type File = {
  format: 'csv' | 'arrow'
  url: string
  next_cursor: string | undefined
  columns: SalesColumn[]
  rows: Cells[]
}

function sendFile(reply: FastifyReply, { format, url, next_cursor, columns, rows }: File): void {
  if (next_cursor !== undefined) {
    const next = new URL(url, 'http://shop')
    next.searchParams.set('cursor', next_cursor)
    void reply.header('Link', `<${next.pathname}${next.search}>; rel="next"`)
  }
  void reply.header('Vary', 'Accept').type(format === 'csv' ? CSV : ARROW)
  // Past the schema of the JSON answer.
  void reply
    .serializer((payload) => payload as string)
    .send(format === 'csv' ? toCsv(columns, rows) : toArrow(columns, rows))
}
