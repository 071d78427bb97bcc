import type { EventOf, EventType } from '../../models/contracts/events.ts'
import type { Activity } from './activity.ts'
import { randomHex, type Visitor } from './visitor.ts'

type Behaviour = Extract<
  EventType,
  'product_viewed' | 'product_clicked' | 'searched' | 'cart_added' | 'cart_removed' | 'recommendation_clicked'
>
type Fields<Type extends Behaviour> = Omit<
  EventOf<Type>,
  'type' | 'event_id' | 'occurred_at' | 'received_at' | 'user_id' | 'anonymous_id' | 'session_id'
>

/** Sends one event; `about` is what the strip says of it. Resolves to whether the shop took it. */
export type Track = <Type extends Behaviour>(
  type: Type,
  fields: Fields<Type>,
  about: string
) => Promise<boolean>

export function createTracker(options: {
  browserKey: string
  visitor: () => Visitor
  activity: Activity
  onSending: (type: Behaviour) => void
  onAccepted: (type: Behaviour) => void
}): Track {
  const session_id = `s-${randomHex(8)}`
  return async (type, fields, about) => {
    const event = {
      type,
      event_id: uuidv7(),
      occurred_at: new Date().toISOString(),
      session_id,
      source: 'storefront',
      ...options.visitor(),
      ...fields
    }
    options.onSending(type)
    const startedAtMs = performance.now()
    const answer = await fetch('/v1/events', {
      method: 'POST',
      keepalive: true,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${options.browserKey}` },
      body: JSON.stringify(event)
    }).catch(() => undefined)
    const tookMs = Math.round(performance.now() - startedAtMs)
    if (answer?.ok) {
      options.activity(`${type} · ${about} · stored in ${tookMs} ms`)
      options.onAccepted(type)
      return true
    }
    options.activity(`${type} · ${about} · not taken (${answer?.status ?? 'no answer'})`, 'problem')
    return false
  }
}

/** Version 7: its first 48 bits are the time, so ids sort by it. */
function uuidv7(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  const random = randomHex(10)
  const variant = ((parseInt(random[3] ?? '0', 16) & 3) | 8).toString(16)
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${random.slice(0, 3)}`,
    variant + random.slice(4, 7),
    random.slice(7, 19)
  ].join('-')
}
