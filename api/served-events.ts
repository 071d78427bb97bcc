import { randomUUIDv7 } from 'node:crypto'
import type { EventOf } from '../models/contracts/events.ts'
import type { EventSender } from '../models/contracts/event-log.ts'
import { keyOf, topicOf } from '../models/contracts/topics.ts'

export type Served = Pick<
  EventOf<'recommendation_served'>,
  'recommendation_id' | 'product_ids' | 'sources'
> & {
  user_id: string | undefined
  anonymous_id: string | undefined
}

/** Tells the log what was recommended, so that clicks and orders can be attributed, without making a visitor wait for it. */
export type ServedEvents = { add: (served: Served) => void; close: () => Promise<void> }

const FLUSH_MS = 250
const FLUSH_EVENTS = 500
/** What is held while the log does not answer; beyond it the newest are dropped and counted. */
const HELD_EVENTS_MAX = 5_000

export function bufferServedEvents(options: {
  sendEvents: EventSender['send']
  onDropped: (count: number, error?: unknown) => void
}): ServedEvents {
  let held: Served[] = []
  let sending: Promise<void> | undefined

  const flush = async () => {
    const events = held
    held = []
    const messages = events.map(toMessage)
    await options
      .sendEvents(topicOf.recommendation_served, messages)
      .catch((error: unknown) => options.onDropped(events.length, error))
  }
  const startFlush = () => {
    if (sending || held.length === 0) return
    sending = flush().finally(() => (sending = undefined))
  }
  const timer = setInterval(startFlush, FLUSH_MS)
  timer.unref()

  return {
    add: (served) => {
      if (held.length >= HELD_EVENTS_MAX) return options.onDropped(1)
      held.push(served)
      if (held.length >= FLUSH_EVENTS) startFlush()
    },
    close: async () => {
      clearInterval(timer)
      await sending
      startFlush()
      await sending
    }
  }
}

function toMessage(served: Served) {
  const now = new Date().toISOString()
  const event: EventOf<'recommendation_served'> = {
    type: 'recommendation_served',
    event_id: randomUUIDv7(),
    occurred_at: now,
    received_at: now,
    source: 'api',
    recommendation_id: served.recommendation_id,
    product_ids: served.product_ids,
    sources: served.sources,
    ...(served.user_id ? { user_id: served.user_id } : { anonymous_id: served.anonymous_id ?? 'none' })
  }
  return { key: keyOf(event), value: JSON.stringify(event) }
}
