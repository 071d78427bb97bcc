import { hash } from 'node:crypto'
import type { EventOf, ShopEvent } from '../../../models/contracts/events.ts'
import type { OrderLine } from '../../../models/contracts/events/orders.ts'
import { formatMoney, parseMoney } from '../../../models/contracts/money.ts'
import { readCatalogue } from './catalogue.ts'
import { kindOf, productIdOf } from './codes.ts'
import { moveDate, type RetailLine } from './lines.ts'

/** Events that belong together, in order, and how many lines of the file they carry. */
export type EventGroup = { events: ShopEvent[]; line_count: number }

export const SOURCE = 'online-retail'
const CURRENCY = 'GBP'

/**
 * Turns the file into events, oldest first: the catalogue, then each invoice (its customer once before), at the end
 * the simulated stock count. `moved_days` is a multiple of seven, so that weekdays stay true. Pure: the same lines
 * always give the same events with the same ids, whatever the move.
 */
export function* toEvents(lines: RetailLine[], options: { moved_days: number }): Generator<EventGroup> {
  const moved = (occurred_at: string) => moveDate(occurred_at, options.moved_days)
  const { products, stock } = readCatalogue(lines)
  for (const { known_since, ...product } of products) {
    const id = eventId(`product_upserted:${product.product_id}`, known_since)
    const envelope = { event_id: id, occurred_at: moved(known_since), source: SOURCE }
    yield {
      events: [{ type: 'product_upserted', ...envelope, currency: CURRENCY, ...product }],
      line_count: 0
    }
  }
  const known = new Set<string>()
  for (const invoice of groupByInvoice(lines)) {
    const [first] = invoice
    const events = invoiceEvents(invoice)
    if (first?.customer_id && !known.has(first.customer_id)) {
      known.add(first.customer_id)
      events.unshift(registration(first, first.customer_id))
    }
    yield {
      events: events.map((event) => ({ ...event, occurred_at: moved(event.occurred_at) })),
      line_count: invoice.length
    }
  }
  for (const { counted_at, ...count } of stock) {
    const id = eventId(`stock_initialised:${count.product_id}`, counted_at)
    const envelope = { event_id: id, occurred_at: moved(counted_at), source: SOURCE, simulated: ['*'] }
    yield { events: [{ type: 'stock_initialised', ...envelope, ...count }], line_count: 0 }
  }
}

/** Invoices in the order of their first line. One invoice's lines do not stand together in the file. */
function groupByInvoice(lines: RetailLine[]): Iterable<RetailLine[]> {
  const invoices = new Map<string, RetailLine[]>()
  for (const line of lines) {
    const invoice = invoices.get(line.invoice)
    if (invoice) invoice.push(line)
    else invoices.set(line.invoice, [line])
  }
  return invoices.values()
}

function invoiceEvents(invoice: RetailLine[]): ShopEvent[] {
  if (invoice[0]?.invoice.startsWith('C')) return creditNote(invoice)
  // Nothing was sold to anybody: the shop corrected its stock, up or down, and wrote an invoice to do it.
  const corrects = invoice.every((line) => line.unit_price === '0' && !line.customer_id)
  const isCorrection = (line: RetailLine) => corrects && kindOf(line.stock_code) === 'product'
  const sold = invoice.filter((line) => !isCorrection(line))
  return [...invoice.filter(isCorrection).map(stockCorrection), ...(sold.length > 0 ? order(sold) : [])]
}

/** An invoice is dated when it was issued, and taken as paid then: the file knows no other step. */
function order(lines: RetailLine[]): ShopEvent[] {
  const { place, document } = readDocument(lines)
  return [
    { type: 'order_placed', ...place('order_placed'), ...document, lines: lines.map(orderLine) },
    {
      type: 'order_paid',
      ...place('order_paid'),
      order_id: document.order_id,
      currency: CURRENCY,
      amount: formatMoney(lines.reduce((sum, line) => sum + amountOf(line), 0n))
    }
  ]
}

/** A credit note does not name the order that it refunds, so it is an order of its own that was only ever refunded. */
function creditNote(lines: RetailLine[]): ShopEvent[] {
  const { place, document } = readDocument(lines)
  const goods = lines.filter((line) => kindOf(line.stock_code) === 'product')
  const refund: ShopEvent = {
    type: 'order_refunded',
    ...place('order_refunded'),
    ...document,
    lines: lines.map(orderLine)
  }
  if (goods.length === 0) return [refund]
  const returned = goods.map((line) => ({
    line_id: line.line_id,
    product_id: productIdOf(line.stock_code),
    quantity: -line.quantity
  }))
  const { order_id, country } = document
  return [{ type: 'return_received', ...place('return_received'), order_id, country, returned }, refund]
}

function readDocument(lines: RetailLine[]) {
  const [first] = lines
  if (!first) throw new Error('an invoice has at least one line')
  const place = (type: ShopEvent['type']) => ({
    event_id: eventId(`${type}:line:${first.line_id}`, first.occurred_at),
    occurred_at: first.occurred_at,
    source: SOURCE,
    ...(first.customer_id && { user_id: first.customer_id })
  })
  return { place, document: { order_id: first.invoice, currency: CURRENCY, country: first.country } }
}

function orderLine(line: RetailLine): OrderLine {
  const kind = kindOf(line.stock_code)
  const { line_id, quantity, unit_price } = line
  if (kind === 'product')
    return { line_id, kind, product_id: productIdOf(line.stock_code), quantity, unit_price }
  return { line_id, kind, description: `${line.stock_code} ${line.description}`.trim(), quantity, unit_price }
}

function stockCorrection(line: RetailLine): EventOf<'stock_adjusted'> {
  return {
    type: 'stock_adjusted',
    event_id: eventId(`stock_adjusted:line:${line.line_id}`, line.occurred_at),
    occurred_at: line.occurred_at,
    source: SOURCE,
    product_id: productIdOf(line.stock_code),
    quantity: line.quantity,
    ...(line.description && { reason: line.description }),
    reference: line.invoice,
    line_id: line.line_id
  }
}

function registration(line: RetailLine, customer_id: string): EventOf<'customer_registered'> {
  const { occurred_at, country } = line
  const event_id = eventId(`customer_registered:${customer_id}`, occurred_at)
  return { type: 'customer_registered', event_id, occurred_at, source: SOURCE, customer_id, country }
}

const amountOf = (line: RetailLine): bigint => parseMoney(line.unit_price) * BigInt(line.quantity)

/** A UUID of version 7 whose random part is a hash of the name: sorted by time, and the same on every replay. */
export function eventId(name: string, occurred_at: string): string {
  const time = Date.parse(occurred_at).toString(16).padStart(12, '0')
  const digest = hash('sha256', `${SOURCE}:${name}`)
  const variant = (8 + (Number.parseInt(digest.slice(3, 4), 16) % 4)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digest.slice(0, 3)}-${variant}${digest.slice(4, 7)}-${digest.slice(7, 19)}`
}
