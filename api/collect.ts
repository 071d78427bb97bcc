import { inspect } from 'node:util'
import type { KeyScope } from '../models/contracts/api-keys.ts'
import { checkEvent } from '../models/contracts/check-event.ts'
import { EVENT_BYTES_MAX, ORDER_EVENT_BYTES_MAX, type ShopEvent } from '../models/contracts/events.ts'
import { orderSchemas } from '../models/contracts/events/orders.ts'
import { keepBody, keyOf, REJECTED_TOPIC, topicOf, type RejectedMessage } from '../models/contracts/topics.ts'
import type { LogMessage } from '../models/contracts/event-log.ts'
import { maySend } from '../models/contracts/scopes.ts'

export type EventResult = {
  event_id: string | null
  status: 'accepted' | 'rejected'
  code?: 'invalid_event' | 'forbidden'
  reason?: string
  field?: string
}

export type Collected = {
  messages: Map<string, LogMessage[]>
  results: EventResult[]
  accepted: number
  rejected: number
  forbidden: number
  /** How many of the accepted are marked as sent by a program. */
  bots: number
  /** Of all messages. */
  bytes: number
}

export type CollectOptions = {
  scope: KeyScope
  receivedAt: string
  /** Whether the sender is a well-known program: what visitors do is marked then. */
  isBot: boolean
  /** The bytes of the only value, so that it can be kept as it came. */
  body?: Buffer | undefined
}

/**
 * What each value becomes: a message to its topic, stamped with when it came and whether a program sent it; one kept as
 * rejected; or, when the key may not send it, nothing.
 */
export function collectEvents(values: readonly unknown[], options: CollectOptions): Collected {
  const receivedAtMs = Date.parse(options.receivedAt)
  const collected: Collected = {
    messages: new Map(),
    results: [],
    accepted: 0,
    rejected: 0,
    forbidden: 0,
    bots: 0,
    bytes: 0
  }
  for (const value of values)
    collected.results.push(collectEvent(value, { ...options, receivedAtMs }, collected))
  return collected
}

/** Whatever was refused is kept as it came, with the rights that it came with. */
export function rejectBody(
  body: Buffer,
  problem: { reason: string; rejectedAt: string; scope: KeyScope }
): LogMessage {
  const message: RejectedMessage = {
    rejected_at: problem.rejectedAt,
    source: 'collector',
    scope: problem.scope,
    reason: problem.reason.toWellFormed(),
    from_topic: '',
    from_partition: 0,
    from_offset: 0,
    ...keepBody(body)
  }
  return { key: null, value: JSON.stringify(message) }
}

type Options = CollectOptions & { receivedAtMs: number }

function collectEvent(value: unknown, options: Options, collected: Collected): EventResult {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const { event_id: id, type } = fields
  const event_id = typeof id === 'string' ? id.slice(0, 100) : null
  if (!maySend(options.scope, type)) {
    collected.forbidden++
    const reason = `type: a key of scope ${options.scope} may not send ${String(type)}`
    return { event_id, status: 'rejected', code: 'forbidden', field: 'type', reason }
  }
  const text = textOf(value)
  const problem = acceptEvent({ value, text }, options, collected)
  if (!problem) {
    collected.accepted++
    return { event_id, status: 'accepted' }
  }
  collected.rejected++
  const body = options.body ?? Buffer.from(text)
  const { reason, field } = problem
  const message = rejectBody(body, { reason, rejectedAt: options.receivedAt, scope: options.scope })
  addTo(collected, REJECTED_TOPIC, message)
  return { event_id, status: 'rejected', code: 'invalid_event', reason, ...(field && { field }) }
}

/** A clock that is a little fast is forgiven; a date in the future would turn what is popular upside down. */
const AHEAD_MS_MAX = 86_400_000

/** Adds the event's message, or answers why there is none. */
function acceptEvent(
  { value, text }: { value: unknown; text: string },
  { receivedAt, receivedAtMs, isBot }: Options,
  collected: Collected
): { reason: string; field?: string } | undefined {
  // Before its check, which takes its time over what is large and wrong. A character is a byte or more.
  const tooLarge = findTooLarge(value, text.length)
  if (tooLarge) return tooLarge
  const checked = checkEvent(value)
  if (!checked.ok) return checked
  const event = checked.value
  if (Date.parse(event.occurred_at) > receivedAtMs + AHEAD_MS_MAX) {
    return { field: 'occurred_at', reason: 'occurred_at: is more than a day ahead of the clock here' }
  }
  const topic = topicOf[event.type]
  const marksBot = isBot && topic === 'flipside.behaviour'
  const bytes = Buffer.from(stampText(event, text, { receivedAt, marksBot }))
  const stampedTooLarge = findTooLarge(event, bytes.length)
  if (stampedTooLarge) return stampedTooLarge
  addTo(collected, topic, { key: keyOf(event), value: bytes })
  if (marksBot || ('is_bot' in event && event.is_bot)) collected.bots++
  return undefined
}

function findTooLarge(value: unknown, bytes: number): { reason: string } | undefined {
  if (bytes <= EVENT_BYTES_MAX) return undefined
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  const isOrder = typeof type === 'string' && Object.hasOwn(orderSchemas, type)
  const bytesMax = isOrder ? ORDER_EVENT_BYTES_MAX : EVENT_BYTES_MAX
  return bytes > bytesMax ? { reason: `event: ${bytes} bytes, of at most ${bytesMax}` } : undefined
}

/** Written as it came and what we know added: most senders leave these fields to us, and then it is written once. */
function stampText(
  event: ShopEvent,
  text: string,
  { receivedAt, marksBot }: { receivedAt: string; marksBot: boolean }
): string {
  // What the sender itself marked stays marked.
  const isSaid = event.received_at !== undefined || (marksBot && 'is_bot' in event)
  if (isSaid) return JSON.stringify({ ...event, received_at: receivedAt, ...(marksBot && { is_bot: true }) })
  return `${text.slice(0, -1)},"received_at":"${receivedAt}"${marksBot ? ',"is_bot":true' : ''}}`
}

export function addTo(collected: Collected, topic: string, message: LogMessage): void {
  collected.bytes += message.value.length
  const list = collected.messages.get(topic)
  if (list) list.push(message)
  else collected.messages.set(topic, [message])
}

/** As JSON; what is nested deeper than the stack reaches is told by its first fields. */
export function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return inspect(value, { depth: 5, breakLength: Infinity })
  }
}
