import {
  salesFigures,
  type SalesDimensionName,
  type SalesFigureName
} from '../../models/contracts/metrics/sales.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers, wrongField } from '../errors.ts'
import { readCursor, writeCursor } from '../sales-cursor.ts'
import { checkRange, dayNumber, shiftBack, shiftOf, type Days } from '../sales-days.ts'
import { ARROW, CSV, formatOf, toArrow, toCsv, type SalesColumn } from '../sales-formats.ts'
import type { SalesQuestion, SalesRow } from '../sales-query.ts'
import { openTimeZones } from '../time-zones.ts'
import { sendFile } from '../send-file.ts'
import { fromWarehouse } from '../warehouse-answer.ts'
import {
  dimensionNames,
  DIMENSIONS_MAX,
  figureNames,
  filterNames,
  SalesAnswer,
  SalesAsked
} from './sales-schemas.ts'
import { splitIds } from './schemas.ts'

const DEFAULT_DAYS = 30
/** As a board's variable says that nothing is chosen. */
const ANY = '*'
/** Months do not begin a week apart. */
const WEEKLY = ['hour', 'day', 'week', 'total']

const DESCRIPTION = `Any figures by any dimensions. Without dates: the last 30 days that end with the last day with sales; at most ten years.
One row is a period, group and currency; where nothing was sold there is none. Sales count within a minute of their events.
With \`Accept: text/csv\` or \`${ARROW}\` the same page comes as CSV or as an Arrow stream; the next one's address is then in \`Link\`.
For example \`/v1/sales?grain=month&group_by=country,channel&measures=net_amount,orders&kind=product&compare=previous_year\`.`

const SMALLER =
  'ask for fewer days, a coarser grain, fewer dimensions, or fewer measures that count distinct orders'

export function registerSales(app: ApiApp, { config, warehouse, serving }: ApiDependencies): void {
  const zoneOf = openTimeZones(config.SHOP_TIME_ZONE)
  app.get(
    '/v1/sales',
    {
      schema: {
        summary: 'Sales: any figures by any dimensions',
        description: DESCRIPTION,
        tags: ['sales'],
        querystring: SalesAsked,
        response: { 200: SalesAnswer, ...errorAnswers(400, 422, 503) }
      }
    },
    async ({ query, headers, url }, reply) => {
      const shape = readShape(query)
      const range = await readRange(query)
      const { time_zone = config.SHOP_TIME_ZONE } = query
      const frame = { time_zone, grain: query.grain, group_by: shape.dimensions }
      const measures = shape.figures
      const question = range && readQuestion(query, shape, range)
      const found = question ? await fromWarehouse(warehouse.readSales(question), { smaller: SMALLER }) : []
      const page = found.slice(0, query.limit)
      const last = page.at(-1)
      const next_cursor =
        question && last && found.length > page.length ? writeCursor(question, last) : undefined
      const rows = page.map((row) => describeRow(row))
      const format = query.format_as ?? formatOf(headers.accept)
      void reply.header('Vary', 'Accept')
      if (format !== 'json') {
        const columns = columnsOf(shape, query.compare !== 'none')
        const file =
          format === 'csv'
            ? { type: CSV, content: toCsv(columns, rows) }
            : { type: ARROW, content: toArrow(columns, rows) }
        sendFile(reply, { ...file, url, next_cursor })
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

  function readShape({ measures, group_by, time_zone = config.SHOP_TIME_ZONE }: SalesAsked) {
    const dimensions = readNames<SalesDimensionName>('group_by', group_by, dimensionNames)
    if (dimensions.length > DIMENSIONS_MAX) throw wrongField('group_by', `at most ${DIMENSIONS_MAX}`)
    const figures = readNames<SalesFigureName>('measures', measures, figureNames)
    if (figures.length === 0) throw wrongField('measures', 'names none')
    return { figures, dimensions, time_zone: zoneOf(time_zone) }
  }

  function readQuestion(asked: SalesAsked, shape: ReturnType<typeof readShape>, range: Days): SalesQuestion {
    const { grain, compare, cursor, limit } = asked
    if (compare === 'previous_week' && !WEEKLY.includes(grain)) throw wrongField('compare', `not by ${grain}`)
    const shift = compare === 'none' ? undefined : shiftOf(range, grain, compare)
    const question: SalesQuestion = {
      ...range,
      grain,
      ...shape,
      filters: Object.fromEntries(
        filterNames.flatMap((name) => {
          const list = asked[name]
          return list === undefined || list === ANY ? [] : [[name, splitIds(list)]]
        })
      ),
      shop_time_zone: config.SHOP_TIME_ZONE,
      ...(shift && { compared: { shift, days: shiftBack(range, shift) } }),
      limit: limit + 1
    }
    return cursor === undefined ? question : { ...question, after: readCursor(question, cursor) }
  }

  async function readRange({ from, to }: SalesAsked): Promise<Days | undefined> {
    const first = from === undefined ? undefined : dayNumber('from', from)
    const lastDay = to ?? (await fromWarehouse(warehouse.readLastSalesDay()))
    if (lastDay === undefined) return first === undefined ? undefined : checkRange(first, first)
    const last = dayNumber('to', lastDay)
    return checkRange(
      first ?? last - DEFAULT_DAYS + 1,
      to === undefined ? Math.max(last, first ?? last) : last
    )
  }

  function describeRow(row: SalesRow) {
    const id = row.product_id
    if (id === undefined) return row
    const title = serving.products.byId.get(id)?.title
    return { ...row, product_id: id === '' ? null : id, ...(title !== undefined && { title }) }
  }
}

function readNames<Name extends string>(field: string, list: string, known: readonly Name[]): Name[] {
  return [...new Set(splitIds(list))].map((name) => {
    const found = known.find((one) => one === name)
    if (found === undefined) throw wrongField(field, `${JSON.stringify(name)} is none of ${known.join(', ')}`)
    return found
  })
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
