import { formatMoney } from '../../models/contracts/money.ts'
import { LINE_KINDS } from '../../models/contracts/events/orders.ts'
import type { Form } from './forms.ts'
import { amountOf, firstText, moneyText, numberOf, objectsOf, present, type Loose } from './loose.ts'

type Kind = (typeof LINE_KINDS)[number]
const DESCRIPTION_LENGTH_MAX = 500

/** The lines of an order: products, then postage, then what is taken off the whole. */
export function readLines(form: Form, properties: Loose): Loose[] {
  const products = objectsOf(properties[form.items]).map((item, i) => readProductLine(form, item, i))
  const last = Math.max(0, ...products.map((line) => Number(line['line_id'])))
  const charges = [
    charge('postage', properties['shipping'], 1n),
    charge('discount', form.name === 'segment' ? properties['discount'] : undefined, -1n)
  ].flat()
  return [...products, ...charges.map((line, i) => ({ line_id: last + 1 + i, ...line }))]
}

/** Given back, so with negative quantities. A refund that names no goods is one of its total. */
export function readRefundLines(form: Form, properties: Loose): Loose[] {
  const lines = readLines(form, properties)
  const total = moneyText(properties['total'] ?? properties['value'])
  const all =
    lines.length > 0 ? lines : [{ line_id: 1, kind: 'manual' satisfies Kind, quantity: 1, unit_price: total }]
  return all.map((line) => ({ ...line, quantity: negative(line['quantity']) }))
}

export function readReturned(form: Form, properties: Loose): Loose[] {
  return objectsOf(properties[form.items])
    .map((item, i) => readProductLine(form, item, i))
    .map(({ line_id, product_id, quantity }) => present({ line_id, product_id, quantity }))
}

/** What was paid. Segment's total holds all; GA4's value holds neither postage nor tax. */
export function readPaid(form: Form, properties: Loose): unknown {
  if (form.name === 'segment' && moneyText(properties['total']) !== undefined)
    return moneyText(properties['total'])
  if (moneyText(properties['amount']) !== undefined) return moneyText(properties['amount'])
  const said = form.name === 'ga4' ? moneyText(properties['value']) : undefined
  const parts =
    said === undefined
      ? readLines(form, properties).map(lineAmount)
      : [amountOf(said), amountOf(properties['shipping'])]
  const amounts = [...parts, amountOf(properties['tax'])]
  if (amounts.includes(undefined)) return undefined
  return formatMoney(amounts.reduce<bigint>((sum, amount) => sum + (amount ?? 0n), 0n))
}

/** A tax that is named apart is not in the prices. */
export function readTaxIncluded(properties: Loose): unknown {
  if (typeof properties['tax_included'] === 'boolean') return properties['tax_included']
  return amountOf(properties['tax']) ? false : undefined
}

function readProductLine(form: Form, item: Loose, i: number): Loose {
  const title = firstText(item[form.title])
  return present({
    line_id: numberOf(item['line_id']) ?? i + 1,
    kind: 'product' satisfies Kind,
    product_id: firstText(...form.product_id.map((name) => item[name])),
    description: title?.slice(0, DESCRIPTION_LENGTH_MAX).toWellFormed(),
    quantity: numberOf(item['quantity']) ?? 1,
    unit_price: moneyText(item['price']),
    is_gift: item['is_gift']
  })
}

function charge(kind: Kind, value: unknown, sign: bigint): Loose[] {
  const amount = amountOf(value)
  if (amount === 0n) return []
  return [{ kind, quantity: 1, unit_price: amount === undefined ? value : formatMoney(sign * amount) }]
}

function lineAmount({ quantity, unit_price }: Loose): bigint | undefined {
  const price = amountOf(unit_price)
  return price !== undefined && Number.isInteger(quantity) ? price * BigInt(Number(quantity)) : undefined
}

const negative = (quantity: unknown) => (typeof quantity === 'number' ? -Math.abs(quantity) || 0 : quantity)
