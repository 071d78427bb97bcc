import fc from 'fast-check'
import { salesColumns } from '../../../models/contracts/metrics/sales-columns.ts'
import { formatMoney, parseMoney } from '../../../models/contracts/money.ts'
import type { OpenShop } from '../open-shop.ts'

/** Random trade whose every step is legal, or not, by how it is made: so what counts of it is plain. */
export type Line = {
  order_id: string
  line_id: number
  is_sale: boolean
  atMs: number
  customer_id: string
  channel: string
  kind: string
  product_id: string
  currency: string
  quantity: number
  amount: bigint
}

export const DAY_MS = 86_400_000
export const START_MS = Date.parse('2026-01-20T00:00:00Z')
const PRODUCTS = 8
/** Two products are editions of one work. */
export const workOf = (product_id: string) => product_id.replace(/[ab]$/, '')
export const products = Array.from({ length: PRODUCTS }, (_, i) => `w${i >> 1}${i % 2 ? 'b' : 'a'}`)

const order = fc.record({
  customer: fc.integer({ min: 0, max: 12 }),
  // To the minute, so that days end between them, and the clocks go forward in the middle.
  minute: fc.integer({ min: 0, max: 120 * 1440 }),
  currency: fc.constantFrom('GBP', 'GBP', 'GBP', 'EUR'),
  channel: fc.constantFrom('', 'web', 'store', 'wholesale'),
  goods: fc.array(
    fc.record({
      product: fc.nat(PRODUCTS - 1),
      quantity: fc.integer({ min: 1, max: 3 }),
      price: fc.constantFrom('5', '7.25', '10', '12.5')
    }),
    { minLength: 1, maxLength: 5 }
  ),
  discount: fc.constantFrom(0, 0, 1),
  outcome: fc.constantFrom('paid', 'paid', 'paid', 'unpaid', 'cancelled before', 'paid before'),
  refund: fc.constantFrom('none', 'none', 'all', 'first by another line', 'credit note'),
  refundDays: fc.integer({ min: 0, max: 40 })
})
type Order = typeof order extends fc.Arbitrary<infer Value> ? Value : never

export const timeOf = (ms: number) => new Date(ms).toISOString()
const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' })
/** The business day, in the shop's zone. */
export const dayOf = (ms: number) => calendar.format(ms)
export const monthOf = (day: string) => `${day.slice(0, 7)}-01`
export const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY_MS
export const sum = (lines: Line[], of: (line: Line) => number) =>
  lines.reduce((total, line) => total + of(line), 0)
export const money = (lines: Line[], of: (line: Line) => bigint = (line) => line.amount) =>
  Number(formatMoney(lines.reduce((total, line) => total + of(line), 0n)))
export const units = (line: Line) => (line.kind === 'product' ? line.quantity : 0)

/** Stores it in two parts, so that the ledger has to take back some of what it held after the first. */
export async function storeTrade(shop: OpenShop, orderCount = 400): Promise<Line[]> {
  const trade = fc
    .sample(order, { seed: 20_260_131, numRuns: orderCount })
    .map((one, i) => eventsOf(one, `o${i}`))
  trade.push(earlyRefund())
  await shop.store(
    'flipside.orders',
    trade.flatMap(({ first }) => first)
  )
  await fillSales(shop, 'first')
  await shop.store(
    'flipside.orders',
    trade.flatMap(({ late }) => late)
  )
  await fillSales(shop, 'second')
  return trade.flatMap(({ lines }) => lines)
}

/** Of something that was sold before the shop began to tell. */
function earlyRefund(): ReturnType<typeof eventsOf> {
  const atMs = START_MS - 30 * DAY_MS
  const [order_id, customer_id, currency] = ['credit for early', 'c1', 'GBP']
  const goods = { line_id: 1, kind: 'product', product_id: 'w0a', quantity: -1 }
  const event = {
    type: 'order_refunded',
    occurred_at: timeOf(atMs),
    order_id,
    user_id: customer_id,
    currency
  }
  const lines = [{ ...goods, unit_price: '5' }]
  const line = {
    ...goods,
    order_id,
    is_sale: false,
    atMs,
    customer_id,
    channel: '',
    currency,
    amount: parseMoney('-5')
  }
  return { first: [{ ...event, country: 'France', reason: 'because early', lines }], late: [], lines: [line] }
}

const NAMES = [
  'day, hour, sold_at, order_id, line_id, movement, partition, offset, customer_id, country, channel, kind, product_id, category, format, currency',
  ...salesColumns,
  'cost_is_simulated'
].join(', ')

/** What the job does, of all orders. */
export async function fillSales({ clickhouse }: OpenShop, run: string): Promise<void> {
  await clickhouse.command({
    query: `INSERT INTO ops.sales_due (run, order_id) SELECT DISTINCT '${run}', order_id FROM mart.order_lines`
  })
  await clickhouse.command({
    query: `INSERT INTO mart.sales (${NAMES}) SELECT ${NAMES} FROM ops.sales_corrections(run = '${run}')`
  })
}

function eventsOf(one: Order, order_id: string): { first: object[]; late: object[]; lines: Line[] } {
  const placedMs = START_MS + one.minute * 60_000
  const paidMs = placedMs + 3 * 60_000
  const { currency, channel } = one
  const who = one.customer > 0 ? { user_id: `c${one.customer}` } : {}
  const lines = [
    ...one.goods.map(({ product, quantity, price }, i) => ({
      line_id: i + 1,
      kind: 'product',
      product_id: products[product] ?? '',
      quantity,
      unit_price: price
    })),
    ...(one.discount ? [{ line_id: 9, kind: 'discount', quantity: 1, unit_price: '-1.5' }] : [])
  ]
  const event = (type: string, ms: number, fields: object = {}) => ({
    type,
    occurred_at: timeOf(ms),
    order_id,
    ...who,
    ...fields
  })
  const pay = (ms: number) => event('order_paid', ms, { currency, amount: '1' })
  const first: object[] = [
    event('order_placed', placedMs, { currency, country: 'France', ...(channel && { channel }), lines })
  ]
  if (one.outcome !== 'unpaid') first.push(pay(paidMs))
  const late: object[] = []
  if (one.outcome === 'cancelled before') late.push(event('order_cancelled', placedMs + 60_000))
  if (one.outcome === 'paid before') late.push(pay(placedMs + 60_000))
  const toLine = (is_sale: boolean, atMs: number, name = order_id) => {
    return (line: (typeof lines)[number] & { product_id?: string }): Line => ({
      order_id: name,
      line_id: line.line_id,
      is_sale,
      atMs,
      customer_id: who.user_id ?? '',
      channel,
      kind: line.kind,
      product_id: line.product_id ?? '',
      currency,
      quantity: line.quantity,
      amount: parseMoney(line.unit_price) * BigInt(line.quantity)
    })
  }
  const isSold = one.outcome === 'paid' || one.outcome === 'paid before'
  if (!isSold) return { first, late, lines: [] }
  const soldMs = one.outcome === 'paid' ? paidMs : placedMs + 60_000
  const sold = lines.map(toLine(true, soldMs))
  if (one.refund === 'none') return { first, late, lines: sold }
  const name = one.refund === 'credit note' ? `credit for ${order_id}` : order_id
  const refundMs = paidMs + one.refundDays * DAY_MS
  const back = (one.refund === 'all' ? lines : lines.slice(0, 1)).map((line) => ({
    ...line,
    line_id: one.refund === 'all' ? line.line_id : 20,
    quantity: -line.quantity
  }))
  const fields = { order_id: name, currency, country: 'France', ...(channel && { channel }) }
  first.push(event('order_refunded', refundMs, { ...fields, reason: `because ${order_id}`, lines: back }))
  return { first, late, lines: [...sold, ...back.map(toLine(false, refundMs, name))] }
}

/** Rows by a key that is made of these columns. */
export const keyed = <Row extends object>(rows: readonly Row[], ...columns: (keyof Row)[]) =>
  Object.fromEntries(rows.map((row) => [columns.map((column) => String(row[column])).join(' '), row]))
