import { inspect } from 'node:util'
import { checkEvent } from '../models/contracts/check-event.ts'
import { EVENT_BYTES_MAX, ORDER_EVENT_BYTES_MAX } from '../models/contracts/events.ts'
import { keepBody, keyOf, REJECTED_TOPIC, topicOf, type RejectedMessage } from '../models/contracts/topics.ts'
import type { LogMessage } from '../models/contracts/event-log.ts'
import { maySend, type Access } from './access.ts'

export type EventResult = {
  event_id: string | null
  status: 'accepted' | 'rejected'
  code?: 'invalid_event' | 'forbidden'
  reason?: string
  field?: string
}
export type Collected = { messages: Map<string, LogMessage[]>; results: EventResult[] }

/** What each event becomes: a message to its topic, one kept as rejected, or, when the key may not send it, nothing. */
export function collectEvents(
  values: readonly unknown[],
  options: { access: Access; receivedAt: string }
): Collected {
  const messages = new Map<string, LogMessage[]>()
  const results = values.map((value) => collectEvent(value, options, messages))
  return { messages, results }
}

/** Whatever was refused is kept as it came. */
export function rejectBody(body: Buffer, problem: { reason: string; rejectedAt: string }): LogMessage {
  const message: RejectedMessage = {
    rejected_at: problem.rejectedAt,
    source: 'collector',
    reason: problem.reason.toWellFormed(),
    from_topic: '',
    from_partition: 0,
    from_offset: 0,
    ...keepBody(body)
  }
  return { key: null, value: JSON.stringify(message) }
}

function collectEvent(
  value: unknown,
  { access, receivedAt }: { access: Access; receivedAt: string },
  messages: Map<string, LogMessage[]>
): EventResult {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const event_id = typeof fields['event_id'] === 'string' ? fields['event_id'].slice(0, 100) : null
  if (!maySend(access, fields['type'])) {
    const reason = `type: the browser's key may not send ${String(fields['type'])}`
    return { event_id, status: 'rejected', code: 'forbidden', field: 'type', reason }
  }
  const checked = checkSized(value, receivedAt)
  if (checked.ok) {
    addTo(messages, checked.topic, checked.message)
    return { event_id, status: 'accepted' }
  }
  const { reason, field } = checked
  const body = Buffer.from(textOf(value))
  addTo(messages, REJECTED_TOPIC, rejectBody(body, { reason, rejectedAt: receivedAt }))
  return { event_id, status: 'rejected', code: 'invalid_event', reason, ...(field && { field }) }
}

/** A clock that is a little fast is forgiven; a date in the future would turn what is popular upside down. */
const AHEAD_MS_MAX = 86_400_000

function checkSized(
  value: unknown,
  receivedAt: string
): { ok: true; topic: string; message: LogMessage } | { ok: false; reason: string; field?: string } {
  const checked = checkEvent(value)
  if (!checked.ok) return checked
  if (Date.parse(checked.value.occurred_at) > Date.parse(receivedAt) + AHEAD_MS_MAX) {
    return {
      ok: false,
      field: 'occurred_at',
      reason: 'occurred_at: is more than a day ahead of the clock here'
    }
  }
  const topic = topicOf[checked.value.type]
  const text = JSON.stringify({ ...checked.value, received_at: receivedAt })
  const bytesMax = topic === 'flipside.orders' ? ORDER_EVENT_BYTES_MAX : EVENT_BYTES_MAX
  const bytes = Buffer.byteLength(text)
  if (bytes > bytesMax) return { ok: false, reason: `event: ${bytes} bytes, of at most ${bytesMax}` }
  return { ok: true, topic, message: { key: keyOf(checked.value), value: text } }
}

function addTo(messages: Map<string, LogMessage[]>, topic: string, message: LogMessage) {
  const list = messages.get(topic)
  if (list) list.push(message)
  else messages.set(topic, [message])
}

/** As JSON; what is nested deeper than the stack reaches is told by its first fields. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return inspect(value, { depth: 5, breakLength: Infinity })
  }
}
