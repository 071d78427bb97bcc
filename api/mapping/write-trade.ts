import type { EventOf, ShopEvent } from '../../models/contracts/events.ts'
import type { OrderLine } from '../../models/contracts/events/orders.ts'
import { formatMoney, parseMoney } from '../../models/contracts/money.ts'
import type { Form } from './forms.ts'
import { moneyNumber, present, type Loose } from './loose.ts'

/** What one or two events of ours became, or why a form cannot say it. */
export type Written = { event_ids: string[] } & ({ ok: true; payload: Loose } | { ok: false; reason: string })
export type Properties = { ok: true; properties: Loose } | { ok: false; reason: string }

/** The fields of an event under the form's names. What a form cannot carry is listed in docs/mapping.md. */
export function writeTrade(form: Form, event: ShopEvent): Properties {
  const own = present({
    simulated: event.simulated,
    is_bot: 'is_bot' in event ? event.is_bot : undefined
  })
  switch (event.type) {
    case 'list_viewed':
      return done({
        ...own,
        [form.list_id]: event.list_id,
        [form.items]: event.product_ids.map((product_id) => writeProductId(form, product_id))
      })
    case 'searched':
      return done({ ...own, [form.query]: event.query, result_count: event.result_count })
    case 'product_viewed':
    case 'product_clicked':
    case 'cart_added':
    case 'cart_removed':
    case 'wishlist_added':
    case 'product_rated':
      return done({ ...own, ...writeProduct(form, event) })
    case 'order_placed':
    case 'order_refunded':
      return addLines(form, event, { ...own, ...writeOrder(form, event) })
    case 'order_paid':
    case 'order_confirmed':
    case 'order_shipped':
    case 'order_completed':
    case 'order_cancelled':
    case 'payment_failed':
    case 'return_requested':
      return done({ ...own, ...writeOrder(form, event) })
    case 'return_received':
      return done({
        ...own,
        ...writeOrder(form, event),
        [form.items]: event.returned.map(({ line_id, product_id, quantity }) => ({
          ...writeProductId(form, product_id),
          line_id,
          quantity
        }))
      })
    default:
      return { ok: false, reason: `${event.type} has no counterpart there` }
  }
}

/** A placed order and its payment, which both forms tell as one. */
export function writeSale(
  form: Form,
  placed: EventOf<'order_placed'>,
  paid: EventOf<'order_paid'>
): Properties {
  if (placed.currency !== paid.currency) return { ok: false, reason: 'it was paid in another currency' }
  const written = writeTrade(form, placed)
  return written.ok ? done({ ...written.properties, ...writePaid(form, paid.amount) }) : written
}

const done = (properties: Loose): Properties => ({ ok: true, properties })

const writeProductId = (form: Form, product_id: string): Loose => ({ [form.product_id[0] ?? '']: product_id })

type ProductEvent = Extract<ShopEvent, { product_id: string }> & { list_id?: string; position?: number }

function writeProduct(form: Form, event: ProductEvent): Loose {
  const item = present({
    ...writeProductId(form, event.product_id),
    quantity: 'quantity' in event ? event.quantity : undefined,
    rating: 'rating' in event ? event.rating : undefined,
    recommendation_id: 'recommendation_id' in event ? event.recommendation_id : undefined,
    [form.list_id]: event.list_id,
    [form.position]: event.position
  })
  return form.isListed ? { [form.items]: [item] } : item
}

type OrderEvent = Extract<ShopEvent, { order_id: string }>

function writeOrder(form: Form, event: OrderEvent): Loose {
  return present({
    [form.order_id]: event.order_id,
    currency: 'currency' in event ? event.currency : undefined,
    tax_included: 'tax_included' in event ? event.tax_included : undefined,
    country: 'country' in event ? event.country : undefined,
    affiliation: 'channel' in event ? event.channel : undefined,
    reason: 'reason' in event ? event.reason : undefined,
    ...('amount' in event && writePaid(form, event.amount))
  })
}

/** GA4 has no field for what was paid in all, so it goes by our name beside `value`. */
const writePaid = (form: Form, amount: string): Loose =>
  form.name === 'segment' ? { total: moneyNumber(amount) } : { amount: moneyNumber(amount) }

function addLines(
  form: Form,
  event: EventOf<'order_placed' | 'order_refunded'>,
  properties: Loose
): Properties {
  const sign = event.type === 'order_refunded' ? -1 : 1
  const foreign = event.lines.find((line) => !isSayable(form, line) || (sign < 0 && line.quantity > 0))
  if (foreign)
    return { ok: false, reason: `line ${foreign.line_id} of kind ${foreign.kind} has no counterpart there` }
  const products = event.lines.filter(({ kind }) => kind === 'product')
  const shipping = sumOf(event.lines, ['postage'], sign)
  const discount = sumOf(event.lines, ['discount', 'voucher'], -sign)
  if (products.length === 0 && shipping === 0n && discount === 0n) {
    return { ok: false, reason: 'its lines come to nothing that can be told there' }
  }
  return done({
    ...properties,
    [form.items]: products.map((line) => writeLine(form, line, sign)),
    ...(form.name === 'ga4' && { value: moneyNumber(formatMoney(sumOf(event.lines, ['product'], sign))) }),
    ...(shipping !== 0n && { shipping: moneyNumber(formatMoney(shipping)) }),
    ...(discount !== 0n && { discount: moneyNumber(formatMoney(discount)) })
  })
}

const isSayable = (form: Form, { kind }: OrderLine) =>
  kind === 'product' ||
  kind === 'postage' ||
  (form.name === 'segment' && (kind === 'discount' || kind === 'voucher'))

const sumOf = (lines: readonly OrderLine[], kinds: readonly string[], sign: number): bigint =>
  lines
    .filter(({ kind }) => kinds.includes(kind))
    .reduce((sum, line) => sum + parseMoney(line.unit_price) * BigInt(sign * line.quantity), 0n)

const writeLine = (form: Form, line: OrderLine, sign: number): Loose =>
  present({
    ...(line.product_id !== undefined && writeProductId(form, line.product_id)),
    line_id: line.line_id,
    [form.title]: line.description,
    quantity: sign * line.quantity,
    price: moneyNumber(line.unit_price),
    is_gift: line.is_gift
  })
