import { Type, type Static } from 'typebox'
import {
  Country,
  Currency,
  event,
  idOf,
  LineNumber,
  moneyOf,
  ProductId,
  quantityOf,
  textOf
} from './fields.ts'

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
    kind: Type.Enum(LINE_KINDS, {
      description: 'What the line charges for; only products count as units sold'
    }),
    product_id: Type.Optional(ProductId),
    description: Type.Optional(textOf('Text of the line, for people')),
    quantity: quantityOf('Units; negative on a refund'),
    unit_price: moneyOf('Price of a unit; negative where it lowers the total'),
    is_gift: Type.Optional(
      Type.Boolean({ description: 'For somebody else: it says nothing of the buyer’s own taste or shelf' })
    )
  },
  { additionalProperties: false }
)
export type OrderLine = Static<typeof OrderLine>

const ReturnLine = Type.Object(
  { line_id: LineNumber, product_id: ProductId, quantity: quantityOf('Units that came back') },
  { additionalProperties: false }
)

const order = { order_id: idOf('The order, or the credit note') }
const orderMoney = {
  ...order,
  currency: Currency,
  tax_included: Type.Optional(
    Type.Boolean({ description: 'Whether unit prices contain tax; left out when the sender does not know' })
  )
}
const country = Type.Optional(Country)
const channel = Type.Optional(idOf('web, store, wholesale or rental'))
const reason = Type.Optional(textOf('Why, in the sender’s words'))
const lines = Type.Array(OrderLine, {
  minItems: 1,
  maxItems: LINES_MAX,
  description: 'What was ordered or refunded, charges included'
})

/** `flipside.orders`, by order: the steps of its life. Which may follow which is in `lives.ts`. */
export const orderSchemas = {
  order_placed: event('order_placed', 'A customer ordered.', { ...orderMoney, country, channel, lines }),
  order_confirmed: event('order_confirmed', 'The shop took the order.', order),
  order_paid: event('order_paid', 'The money came in: from here on it is a sale.', {
    ...order,
    currency: Currency,
    amount: moneyOf('What was paid, postage and tax included')
  }),
  payment_failed: event('payment_failed', 'The money did not come in.', { ...order, reason }),
  order_shipped: event('order_shipped', 'The goods left.', order),
  order_completed: event('order_completed', 'The goods arrived.', order),
  order_cancelled: event('order_cancelled', 'It was called off before it was shipped.', { ...order, reason }),
  return_requested: event('return_requested', 'The customer wants to send goods back.', { ...order, reason }),
  return_received: event('return_received', 'Goods came back.', {
    ...order,
    country,
    returned: Type.Array(ReturnLine, {
      minItems: 1,
      maxItems: LINES_MAX,
      description: 'Goods that came back'
    })
  }),
  order_refunded: event('order_refunded', 'Money was given back, line by line, with negative quantities.', {
    ...orderMoney,
    country,
    channel,
    reason,
    lines
  })
}
