import { formatMoney, parseMoney } from '../../models/contracts/money.ts'

/** A line of `mart.sales`, as the engine prints it. */
export type Line = Record<string, string | number> & {
  sold_at: string
  order_id: string
  customer_id: string
}
export type Asked = {
  from: string
  to: string
  grain: string
  measures: string[]
  group_by: string[]
  filters: Record<string, string[]>
  time_zone: string
}

type Clock = { day: string; hour: number; began: string }
const read = new Map<string, Clock>()
/** The clock of a zone at an instant: the day, the hour, and the instant when that hour began. */
function clock(soldAt: string, timeZone: string): Clock {
  const key = `${soldAt} ${timeZone}`
  const known = read.get(key) ?? readClock(soldAt, timeZone)
  read.set(key, known)
  return known
}

function readClock(soldAt: string, timeZone: string): Clock {
  const at = new Date(`${soldAt.replace(' ', 'T')}Z`)
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit'
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value])
  )
  const day = `${parts['year']}-${parts['month']}-${parts['day']}`
  const intoHour = Number(parts['minute']) * 60_000 + Number(parts['second']) * 1_000 + at.getMilliseconds()
  return { day, hour: Number(parts['hour']), began: new Date(at.getTime() - intoHour).toISOString() }
}

const addDays = (day: string, days: number) =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
const weekdayOf = (day: string) => ((new Date(day).getUTCDay() + 6) % 7) + 1

function periodOf(grain: string, at: Clock, from: string): string {
  const [year = '', month = ''] = at.day.split('-')
  if (grain === 'hour') return at.began.replace('.000Z', 'Z')
  if (grain === 'day') return at.day
  if (grain === 'week') return addDays(at.day, 1 - weekdayOf(at.day))
  if (grain === 'month') return `${year}-${month}-01`
  if (grain === 'quarter')
    return `${year}-${String(Math.floor((Number(month) - 1) / 3) * 3 + 1).padStart(2, '0')}-01`
  return grain === 'year' ? `${year}-01-01` : from
}

const dimension = (name: string, line: Line, at: Clock): string => {
  if (name === 'weekday') return String(weekdayOf(at.day))
  return String(name === 'hour_of_day' ? at.hour : (line[name] ?? ''))
}

/** Rows of the API's answer by key (period, members, currency), one line after the other, with a pencil. */
export function reckonSales(
  lines: Line[],
  asked: Asked
): Map<string, Record<string, string | number | null>> {
  const groups = Map.groupBy(
    lines.flatMap((line) => {
      const at = clock(line.sold_at, asked.time_zone)
      const isIn = at.day >= asked.from && at.day <= asked.to
      const passes = Object.entries(asked.filters).every(([name, values]) =>
        values.includes(dimension(name, line, at))
      )
      if (!isIn || !passes) return []
      const members = asked.group_by.map((name) => dimension(name, line, at))
      return { line, key: [periodOf(asked.grain, at, asked.from), ...members, line['currency']].join('|') }
    }),
    ({ key }) => key
  )
  const within = [...asked.group_by, ...Object.keys(asked.filters)].some((name) =>
    ['kind', 'product_id', 'category', 'format'].includes(name)
  )
  return new Map(
    [...groups].flatMap(([key, group]) => {
      const mine = group.map(({ line }) => line)
      const money = (column: string) => mine.reduce((sum, line) => sum + parseMoney(String(line[column])), 0n)
      const count = (column: string) => mine.reduce((sum, line) => sum + Number(line[column]), 0)
      const isNothing =
        count('line_count') === 0 &&
        ['gross_amount', 'refund_amount', 'cost_amount'].every((column) => money(column) === 0n)
      if (isNothing) return []
      const figures = figuresOf(mine, { money, count, within })
      return [[key, Object.fromEntries(asked.measures.map((name) => [name, figures[name]?.() ?? null]))]]
    })
  )
}

type Sums = { money: (column: string) => bigint; count: (column: string) => number; within: boolean }

function figuresOf(
  lines: Line[],
  { money, count, within }: Sums
): Record<string, () => string | number | null> {
  const amount = (column: string) => () => formatMoney(money(column))
  const left = (id: 'order_id' | 'customer_id') =>
    [...Map.groupBy(lines, (line) => line[id])].filter(
      ([name, group]) =>
        name !== '' &&
        group
          .filter(({ movement }) => movement === 'order_placed')
          .reduce((sum, line) => sum + Number(line['line_count']), 0) > 0
    ).length
  const orders = () => (within ? left('order_id') : count('order_count'))
  const share = (part: bigint, whole: bigint) => (whole === 0n ? null : Number(part) / Number(whole) + 0)
  return {
    gross_amount: amount('gross_amount'),
    refund_amount: amount('refund_amount'),
    net_amount: amount('net_amount'),
    discount_amount: amount('discount_amount'),
    cost_amount: amount('cost_amount'),
    margin_amount: () => formatMoney(money('costed_amount') - money('cost_amount')),
    margin_rate: () => share(money('costed_amount') - money('cost_amount'), money('costed_amount')),
    units_sold: () => count('units_sold'),
    units_refunded: () => count('units_refunded'),
    lines: () => count('line_count'),
    orders,
    customers: () => left('customer_id'),
    average_order_value: () =>
      orders() === 0 ? null : formatMoney(money('gross_amount') / BigInt(orders())),
    units_per_order: () => (orders() === 0 ? null : count('units_sold') / orders()),
    refund_rate: () => share(-money('refund_amount'), money('gross_amount')),
    return_rate: () =>
      count('units_sold') === 0 ? null : -count('units_refunded') / count('units_sold') + 0,
    discount_rate: () => share(-money('discount_amount'), money('gross_amount') - money('discount_amount'))
  }
}
