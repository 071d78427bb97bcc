import { Type, type Static } from 'typebox'
import { Time, type EventType, type ShopEvent } from './events.ts'

export const topics = [
  'flipside.behaviour',
  'flipside.orders',
  'flipside.stock',
  'flipside.catalogue',
  'flipside.customers'
] as const
export type Topic = (typeof topics)[number]
/** Messages that failed, with their bytes, reason, source and place. */
export const REJECTED_TOPIC = 'flipside.rejected'

const behaviour = 'flipside.behaviour'
const orders = 'flipside.orders'

export const topicOf: Record<EventType, Topic> = {
  product_viewed: behaviour,
  product_clicked: behaviour,
  searched: behaviour,
  cart_added: behaviour,
  cart_removed: behaviour,
  recommendation_served: behaviour,
  recommendation_clicked: behaviour,
  order_placed: orders,
  order_confirmed: orders,
  order_paid: orders,
  payment_failed: orders,
  order_shipped: orders,
  order_completed: orders,
  order_cancelled: orders,
  return_requested: orders,
  return_received: orders,
  order_refunded: orders,
  stock_initialised: 'flipside.stock',
  stock_adjusted: 'flipside.stock',
  product_upserted: 'flipside.catalogue',
  product_retired: 'flipside.catalogue',
  customer_registered: 'flipside.customers'
}

/** What keeps the order of a thing's events: all of one key land in one partition. */
export function keyOf(event: ShopEvent): string {
  switch (topicOf[event.type]) {
    case 'flipside.orders':
      return 'order_id' in event ? event.order_id : ''
    case 'flipside.stock':
    case 'flipside.catalogue':
      return 'product_id' in event ? event.product_id : ''
    case 'flipside.customers':
      return 'customer_id' in event ? event.customer_id : ''
    case 'flipside.behaviour':
      return event.user_id ?? event.anonymous_id ?? ''
  }
}

/** A rejected message as it is kept: everything needed to mend it and send it again. */
export const RejectedMessageSchema = Type.Object(
  {
    rejected_at: Time,
    source: Type.String({ description: 'Who refused it: collector or ingest' }),
    reason: Type.String(),
    from_topic: Type.String({ description: 'Where it was read from; empty when it never reached a log' }),
    from_partition: Type.Integer({ minimum: 0, maximum: 65_535 }),
    from_offset: Type.Integer({ minimum: 0 }),
    body: Type.String({ description: 'The message, its first 256 KiB' }),
    body_encoding: Type.Enum(['utf8', 'base64'])
  },
  { additionalProperties: false }
)
export type RejectedMessage = Static<typeof RejectedMessageSchema>

const BODY_BYTES_MAX = 256 * 1024
/** Control characters take six characters in JSON: as base64 the message stays below what a log takes. */
const ESCAPED_BYTES_MAX = 2 * BODY_BYTES_MAX

/** The bytes of a message as they are kept: cut, as text where they are text. */
export function keepBody(bytes: Buffer): Pick<RejectedMessage, 'body' | 'body_encoding'> {
  const cut = bytes.subarray(0, BODY_BYTES_MAX)
  // The cut may go through a character; what is left of it is not text.
  const text = new TextDecoder('utf-8').decode(cut, { stream: bytes.length > cut.length })
  const isText = !text.includes('\ufffd') && JSON.stringify(text).length <= ESCAPED_BYTES_MAX
  return isText
    ? { body: text, body_encoding: 'utf8' }
    : { body: cut.toString('base64'), body_encoding: 'base64' }
}
