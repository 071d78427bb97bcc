import { Type, type Static } from 'typebox'
import { Time } from './events/fields.ts'
import { topicSchemas, type EventType, type ShopEvent } from './events.ts'

export type Topic = keyof typeof topicSchemas
export const topics = Object.keys(topicSchemas) as Topic[]
/** Messages that failed, with their bytes, reason, source and place. */
export const REJECTED_TOPIC = 'flipside.rejected'

/**
 * For how many days a log keeps each topic. The warehouse keeps all of it; a log is there to store again what a fault
 * or a mended mapping needs. What shops did is small and told once, so it stays for a year and its month of closing;
 * visits are many. `verify` can compare, and `replay` read, only what is still there.
 */
export const retentionDaysOf: Record<Topic | typeof REJECTED_TOPIC, number> = {
  'flipside.behaviour': 30,
  'flipside.orders': 400,
  'flipside.stock': 400,
  'flipside.catalogue': 400,
  'flipside.customers': 400,
  'flipside.rentals': 400,
  'flipside.operations': 400,
  [REJECTED_TOPIC]: 30
}

export const topicOf = Object.fromEntries(
  topics.flatMap((topic) => Object.keys(topicSchemas[topic]).map((type) => [type, topic]))
) as Record<EventType, Topic>

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
    case 'flipside.rentals':
      return 'copy_id' in event ? event.copy_id : ''
    case 'flipside.operations':
      return subjectOf(event)
    case 'flipside.behaviour':
      return event.user_id ?? event.anonymous_id ?? ''
  }
}

/** What a decision is about, its kind in front: a rule and a product may have the same id. */
export function subjectOf(event: ShopEvent): string {
  if ('rule_id' in event) return `rule:${event.rule_id}`
  if ('supplier_id' in event) return `supplier:${event.supplier_id ?? ''}`
  if ('suggestion_id' in event) return `suggestion:${event.suggestion_id}`
  if ('experiment_id' in event) return `experiment:${event.experiment_id}`
  if ('key_id' in event) return `key:${event.key_id}`
  return 'product_id' in event ? `product:${event.product_id}` : ''
}

/** A rejected message as it is kept: everything needed to mend it and send it again. */
export const RejectedMessageSchema = Type.Object(
  {
    rejected_at: Time,
    source: Type.String({ description: 'Who refused it: collector or ingest' }),
    scope: Type.Optional(
      Type.String({
        description: 'Scope of the key that it was sent with: who sends it again has no more rights'
      })
    ),
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

export const BODY_BYTES_MAX = 256 * 1024
/** Control characters take six characters in JSON: as base64 the message stays below what a log takes. */
const ESCAPED_BYTES_MAX = 2 * BODY_BYTES_MAX

/** The bytes of a message as they are kept: cut, as text where they are text. */
export function keepBody(bytes: Buffer): Pick<RejectedMessage, 'body' | 'body_encoding'> {
  const cut = bytes.subarray(0, BODY_BYTES_MAX)
  // The cut may go through a character; what is left of it is not text.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(cut, {
    stream: bytes.length > cut.length
  })
  const isText = !text.includes('\ufffd') && JSON.stringify(text).length <= ESCAPED_BYTES_MAX
  return isText
    ? { body: text, body_encoding: 'utf8' }
    : { body: cut.toString('base64'), body_encoding: 'base64' }
}
