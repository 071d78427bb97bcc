import { Type, type Static } from 'typebox'
import { Currency, event, Id, LineNumber, Money, Quantity, Text } from './fields.ts'

export const LINES_MAX = 2_000

export const LINE_KINDS = [
  'product',
  'postage',
  'fee',
  'discount',
  'manual',
  'sample',
  'voucher',
  'bad_debt'
] as const

export const OrderLine = Type.Object(
  {
    line_id: LineNumber,
    kind: Type.Enum(LINE_KINDS),
    product_id: Type.Optional(Id),
    description: Type.Optional(Text),
    quantity: Quantity,
    unit_price: Money
  },
  { additionalProperties: false }
)
export type OrderLine = Static<typeof OrderLine>

const ReturnLine = Type.Object(
  { line_id: LineNumber, product_id: Id, quantity: Quantity },
  { additionalProperties: false }
)

const order = { order_id: Id }
const orderMoney = {
  ...order,
  currency: Currency,
  tax_included: Type.Optional(Type.Boolean({ description: 'Left out when the sender does not know' }))
}
const country = Type.Optional(Text)
const channel = Type.Optional(Id)
const reason = Type.Optional(Text)
const lines = Type.Array(OrderLine, { minItems: 1, maxItems: LINES_MAX })

/** `flipside.orders`, by order: the steps of its life. Which may follow which is in `order-life.ts`. */
export const orderSchemas = {
  order_placed: event('order_placed', 'A customer ordered.', { ...orderMoney, country, channel, lines }),
  order_confirmed: event('order_confirmed', 'The shop took the order.', order),
  order_paid: event('order_paid', 'The money came in: from here on it is a sale.', {
    ...order,
    currency: Currency,
    amount: Money
  }),
  payment_failed: event('payment_failed', 'The money did not come in.', { ...order, reason }),
  order_shipped: event('order_shipped', 'The goods left.', order),
  order_completed: event('order_completed', 'The goods arrived.', order),
  order_cancelled: event('order_cancelled', 'It was called off before it was shipped.', { ...order, reason }),
  return_requested: event('return_requested', 'The customer wants to send goods back.', { ...order, reason }),
  return_received: event('return_received', 'Goods came back.', {
    ...order,
    country,
    returned: Type.Array(ReturnLine, { minItems: 1, maxItems: LINES_MAX })
  }),
  order_refunded: event('order_refunded', 'Money was given back, line by line, with negative quantities.', {
    ...orderMoney,
    country,
    channel,
    reason,
    lines
  })
}
