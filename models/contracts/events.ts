import { Type, type Static, type TObject, type TProperties } from 'typebox'
import { MONEY_PATTERN } from './money.ts'

/** The largest event that is accepted: real invoices have up to 1,114 lines. */
export const ORDER_EVENT_BYTES_MAX = 256 * 1024
export const EVENT_BYTES_MAX = 32 * 1024
export const LINES_MAX = 2_000

// Half a surrogate pair has no UTF-8, so no store could give it back; `.` and `..` would mean a folder in an address.
const NO_DOTS = '(?!\\.{1,2}$)'
const ID_PATTERN = `^${NO_DOTS}[^\\u0000-\\u001f\\ud800-\\udfff]{1,100}$`
const Id = Type.String({ minLength: 1, maxLength: 100, pattern: ID_PATTERN })
const AttributeName = Type.String({ pattern: ID_PATTERN })
const Text = Type.String({ maxLength: 500, pattern: '^[^\\u0000\\ud800-\\udfff]*$' })
const Money = Type.String({
  pattern: MONEY_PATTERN,
  description: 'A decimal amount as a string, for example "12.95"'
})
const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' })
const Quantity = Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 })
/** The range is what JavaScript, DateTime64 and Date hold without loss; a leap second is what JavaScript does not. */
export const Time = Type.String({
  format: 'date-time',
  pattern: '^(19[7-9]\\d|20\\d\\d)-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d{1,3})?Z$',
  description: 'RFC 3339 in UTC, at most milliseconds'
})

const Envelope = {
  event_id: Type.String({
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    description: 'A lower-case UUID made by the sender (version 7 is best) and kept over retries'
  }),
  occurred_at: Time,
  received_at: Type.Optional(Time),
  user_id: Type.Optional(Id),
  anonymous_id: Type.Optional(Id),
  session_id: Type.Optional(Id),
  source: Type.Optional(Type.String({ ...Id, maxLength: 50, description: 'The system that sent the event' })),
  schema_version: Type.Optional(Type.Literal(1)),
  simulated: Type.Optional(
    Type.Array(Id, {
      maxItems: 20,
      description: 'Fields whose values are invented; ["*"] means the whole event'
    })
  )
}

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
    line_id: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
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
  { line_id: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }), product_id: Id, quantity: Quantity },
  { additionalProperties: false }
)

function event<const Name extends string, Fields extends TProperties>(type: Name, fields: Fields) {
  return Type.Object({ type: Type.Literal(type), ...Envelope, ...fields }, { additionalProperties: false })
}

const lines = Type.Array(OrderLine, { minItems: 1, maxItems: LINES_MAX })
const order = { order_id: Id }
const orderMoney = {
  ...order,
  currency: Currency,
  tax_included: Type.Optional(Type.Boolean({ description: 'Left out when the sender does not know' }))
}
const reason = Type.Optional(Text)
const fromList = {
  recommendation_id: Type.Optional(Id),
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 }))
}

/** Every event type with its schema; the static types, the validation, the OpenAPI text and the docs come from here. */
export const eventSchemas = {
  product_viewed: event('product_viewed', { product_id: Id, ...fromList }),
  product_clicked: event('product_clicked', { product_id: Id, ...fromList }),
  searched: event('searched', {
    query: Text,
    result_count: Type.Integer({ minimum: 0, maximum: 1_000_000 })
  }),
  cart_added: event('cart_added', { product_id: Id, quantity: Quantity, ...fromList }),
  cart_removed: event('cart_removed', { product_id: Id, quantity: Quantity }),
  recommendation_served: event('recommendation_served', {
    recommendation_id: Id,
    product_ids: Type.Array(Id, { maxItems: 100 }),
    sources: Type.Array(Id, { maxItems: 100 })
  }),
  recommendation_clicked: event('recommendation_clicked', {
    product_id: Id,
    recommendation_id: Id,
    position: Type.Integer({ minimum: 0, maximum: 10_000 })
  }),

  order_placed: event('order_placed', {
    ...orderMoney,
    country: Type.Optional(Text),
    channel: Type.Optional(Id),
    lines
  }),
  order_confirmed: event('order_confirmed', order),
  order_paid: event('order_paid', { ...order, currency: Currency, amount: Money }),
  payment_failed: event('payment_failed', { ...order, reason }),
  order_shipped: event('order_shipped', order),
  order_completed: event('order_completed', order),
  order_cancelled: event('order_cancelled', { ...order, reason }),
  return_requested: event('return_requested', { ...order, reason }),
  return_received: event('return_received', {
    ...order,
    country: Type.Optional(Text),
    returned: Type.Array(ReturnLine, { minItems: 1, maxItems: LINES_MAX })
  }),
  order_refunded: event('order_refunded', {
    ...orderMoney,
    country: Type.Optional(Text),
    channel: Type.Optional(Id),
    reason,
    lines
  }),

  stock_initialised: event('stock_initialised', { product_id: Id, quantity: Quantity }),
  stock_adjusted: event('stock_adjusted', {
    product_id: Id,
    quantity: Quantity,
    reason,
    reference: Type.Optional(Id),
    line_id: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 }))
  }),

  product_upserted: event('product_upserted', {
    product_id: Id,
    work_id: Id,
    title: Text,
    format: Type.Optional(Id),
    attributes: Type.Record(AttributeName, Text, { maxProperties: 30, additionalProperties: false }),
    price: Type.Union([Money, Type.Null()]),
    currency: Currency,
    unit_cost: Type.Optional(Money),
    lead_time_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 365 }))
  }),
  product_retired: event('product_retired', { product_id: Id }),

  customer_registered: event('customer_registered', { customer_id: Id, country: Type.Optional(Text) })
} satisfies Record<string, TObject>

export type EventType = keyof typeof eventSchemas
export type EventOf<Type extends EventType> = Static<(typeof eventSchemas)[Type]>
export type ShopEvent = { [Type in EventType]: EventOf<Type> }[EventType]

export const eventTypes = Object.keys(eventSchemas) as EventType[]
