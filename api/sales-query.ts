import {
  mayBeNone,
  salesDimensions,
  salesFigures,
  type SalesDimension,
  type SalesDimensionName,
  type SalesFigure,
  type SalesFigureName,
  type SalesFigureValues
} from '../models/contracts/metrics/sales.ts'
import { addDays, isLastOfMonth, type Days, type Grain, type Shift } from './sales-days.ts'

/** The last row of a page: its period, its first figure, its members and its currency. */
export type SalesKey = { period: string; figure: string | null; members: string[]; currency: string }

/** Any figures by any dimensions, of the rows whose dimensions have one of the values named. */
export type SalesQuestion = Days & {
  grain: Grain
  figures: SalesFigureName[]
  dimensions: SalesDimensionName[]
  filters: Partial<Record<SalesDimensionName | 'currency', string[]>>
  time_zone: string
  shop_time_zone: string
  compared?: { days: Days; shift: Shift }
  after?: SalesKey
  limit: number
}

/** What was asked for of it is there. */
export type SalesRow = {
  period: string
  starts_at: string
  currency: string
  cost_is_simulated: boolean
} & Partial<Record<SalesDimensionName, string>> &
  Partial<SalesFigureValues> & {
    [Name in SalesFigureName as `previous_${Name}`]?: SalesFigureValues[Name]
  }

type Written = { query: string; query_params: Record<string, unknown> }

const TYPES: Record<SalesFigure['unit'], string> = {
  money: 'Decimal(38, 4)',
  units: 'Int64',
  count: 'Int64',
  share: 'Float64',
  ratio: 'Float64'
}

/**
 * Writes the query. The figures' own SQL stands over `mart.sales`, whose kept sums answer whenever they suffice. Rows
 * come by period, then by the first figure, the largest first, then by members, so that a page goes on after any row.
 */
export function writeSalesQuery(question: SalesQuestion): Written {
  const { dimensions, compared, after } = question
  const figures = question.figures.map(figureOf)
  const names = dimensions.map((name) => `\`${name}\``)
  const keys = keysOf(dimensions)
  const current = writeSide(question, question, undefined)
  const sides = compared
    ? `(${current}) AS now FULL JOIN (${writeSide(question, compared.days, compared.shift)}) AS before USING (${keys.join(', ')})`
    : `(${current}) AS now`
  const shown = figures.flatMap((figure, i) => [
    `${show(figure, whole(figure, `now.figure_${i}`))} AS \`${figure.name}\``,
    ...(compared
      ? [`${show(figure, whole(figure, `before.figure_${i}`))} AS \`previous_${figure.name}\``]
      : [])
  ])
  const [first] = figures
  const order = first ? whole(first, 'now.figure_0') : '0'
  const query = `
    SELECT
      ${[
        `${question.grain === 'hour' ? "formatDateTime(at, '%Y-%m-%dT%H:%i', {zone: String})" : 'toString(at)'} AS period`,
        `formatDateTime(${question.grain === 'hour' ? 'at' : 'toDateTime64(toDate32(at), 0, {zone: String})'}, '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS starts_at`,
        ...names.map((name, i) => `member_${i} AS ${name}`),
        'currency',
        ...shown,
        `toBool(${compared ? 'ifNull(now.simulated, false) OR ifNull(before.simulated, false)' : 'now.simulated'}) AS cost_is_simulated`
      ].join(',\n      ')}
    FROM ${sides}
    ${after ? `WHERE ${goesOn(question, order, first)}` : ''}
    ORDER BY at, ${order} DESC NULLS LAST, ${keys.slice(1).join(', ')}
    LIMIT {limit: UInt32}
    SETTINGS join_use_nulls = 1`
  return { query, query_params: writeParams(question) }
}

const keysOf = (dimensions: readonly unknown[]): string[] => [
  'at',
  ...dimensions.map((_, i) => `member_${i}`),
  'currency'
]

/** The groups of some days, with their figures. */
function writeSide(question: SalesQuestion, days: Days, shift: Shift | undefined): string {
  const { grain, dimensions, filters } = question
  const isElsewhere = question.time_zone !== question.shop_time_zone
  const day = isElsewhere ? ELSEWHERE : isByMonths(question, days) ? MONTH : 'day'
  const hour = isElsewhere ? 'toStartOfHour(toTimeZone(sold_at, {zone: String}))' : 'hour'
  const expression = (name: SalesDimensionName) =>
    `toString(${fill(dimensionOf(name).sql, { day, hour, zone: '{zone: String}' })})`
  const withinOrders = [...dimensions, ...Object.keys(filters)].some(
    (name) => salesDimensions.find((one) => one.name === name)?.is_within_orders
  )
  const range = `BETWEEN ${date(days.from)} AND ${date(days.to)}`
  const conditions = [
    // Clocks may be up to 26 hours apart; the shop's days still narrow what is read.
    isElsewhere
      ? `day BETWEEN ${date(addDays(days.from, -2))} AND ${date(addDays(days.to, 2))} AND ${day} ${range}`
      : `${day} ${range}`,
    ...Object.keys(filters).map(
      (name, i) =>
        `${name === 'currency' ? 'currency' : expression(name as SalesDimensionName)} IN {filter_${i}: Array(String)}`
    )
  ]
  return `SELECT ${[
    `${periodOf(grain, { day, hour, from: date(question.from), shift })} AS at`,
    ...dimensions.map((name, i) => `${expression(name)} AS member_${i}`),
    'currency',
    ...question.figures.map(figureOf).map((figure, i) => {
      const sql = (withinOrders && figure.sql_within_orders) || figure.sql
      return `CAST(${sql} AS Nullable(${TYPES[figure.unit]})) AS figure_${i}`
    }),
    'max(cost_is_simulated) AS simulated'
  ].join(
    ', '
  )} FROM mart.sales WHERE ${conditions.join(' AND ')} GROUP BY ${keysOf(dimensions).join(', ')} HAVING ${NOT_NOTHING}`
}

const ELSEWHERE = 'toDate(sold_at, {zone: String})'
/** Stands for each of its days where only whole months are asked for: the sums that are kept by month then suffice. */
const MONTH = 'toStartOfMonth(day)'

function isByMonths({ grain, dimensions, filters }: SalesQuestion, { from, to }: Days): boolean {
  const needsDays = [...dimensions, ...Object.keys(filters)].some(
    (name) => name === 'weekday' || name === 'hour_of_day'
  )
  const isOfMonths = ['month', 'quarter', 'year', 'total'].includes(grain)
  return isOfMonths && !needsDays && from.endsWith('-01') && isLastOfMonth(to)
}

/** Lines that take each other back leave a group of nothing. */
const NOT_NOTHING = ['line_count', 'gross_amount', 'refund_amount', 'cost_amount']
  .map((column) => `sum(${column}) != 0`)
  .join(' OR ')

function periodOf(
  grain: Grain,
  { day, hour, from, shift }: { day: string; hour: string; from: string; shift: Shift | undefined }
): string {
  const starts = {
    hour: `toTimeZone(${hour}, {zone: String})`,
    day,
    week: `toMonday(${day})`,
    month: `toStartOfMonth(${day})`,
    quarter: `toStartOfQuarter(${day})`,
    year: `toStartOfYear(${day})`,
    total: from
  }[grain]
  if (!shift || grain === 'total') return starts
  return `${shift.unit === 'day' ? 'addDays' : 'addMonths'}(${starts}, ${shift.count})`
}

const whole = (figure: SalesFigure, value: string): string =>
  mayBeNone(figure) ? value : `ifNull(${value}, 0)`

const show = ({ unit }: SalesFigure, value: string): string =>
  unit === 'money' ? `toString(${value})` : value

/** Rows after the last one of a page, in the order of the rows. */
function goesOn({ grain, after, dimensions }: SalesQuestion, order: string, first: SalesFigure | undefined) {
  const at =
    grain === 'hour'
      ? 'parseDateTimeBestEffort({after_period: String}, {zone: String})'
      : '{after_period: Date}'
  const keys = [...dimensions.map((_, i) => `member_${i}`), 'toString(currency)']
  const values = [...dimensions.map((_, i) => `{after_${i}: String}`), '{after_currency: String}']
  const later = `(${keys.join(', ')}) > (${values.join(', ')})`
  const value = `CAST({after_figure: String} AS ${TYPES[first?.unit ?? 'count']})`
  const smaller =
    after?.figure === null
      ? `(isNull(${order}) AND ${later})`
      : `(${order} < ${value} OR isNull(${order}) OR (${order} = ${value} AND ${later}))`
  return `at > ${at} OR (at = ${at} AND ${smaller})`
}

function writeParams({ time_zone, limit, filters, after }: SalesQuestion): Record<string, unknown> {
  return {
    zone: time_zone,
    limit,
    ...Object.fromEntries(Object.values(filters).map((values, i) => [`filter_${i}`, values])),
    ...(after && {
      after_period: after.period,
      after_figure: after.figure ?? '',
      after_currency: after.currency,
      ...Object.fromEntries(after.members.map((member, i) => [`after_${i}`, member]))
    })
  }
}

/** Checked before it comes here: a day of the calendar, and nothing else. */
const date = (day: string): string => `toDate('${day}')`

const fill = (sql: string, values: Record<string, string>): string =>
  sql.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)

function figureOf(name: SalesFigureName): SalesFigure {
  const figure = salesFigures.find((one) => one.name === name)
  if (!figure) throw new Error(`no figure ${name}`)
  return figure
}

function dimensionOf(name: SalesDimensionName): SalesDimension {
  const dimension = salesDimensions.find((one) => one.name === name)
  if (!dimension) throw new Error(`no dimension ${name}`)
  return dimension
}
