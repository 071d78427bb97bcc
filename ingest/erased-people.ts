import { hash } from 'node:crypto'
import type { ShopEvent } from '../models/contracts/events.ts'
import { topicOf, type RejectedMessage } from '../models/contracts/topics.ts'
import { namesIn } from './names-in.ts'

/** Who is to be forgotten, by SHA-256 in hex, and which requests for it are done with. */
export type Tombstones = {
  customers: Set<string>
  /** Browsers, and when in them: always, unless others used them, too. */
  guests: Map<string, Span[]>
  doneEventIds: Set<string>
}
export type Span = { after_ms: number; until_ms: number }
/** The last moment that a time may name. */
export const FOREVER_MS = 253_402_300_799_999
export const ALWAYS: Span = { after_ms: -1, until_ms: FOREVER_MS }

/** What a message is stored as, when it names somebody who was erased. */
export const SCRUBBED_REASON = 'scrubbed: it named a person who was erased'

const HASHES_KEPT_MAX = 20_000
const hashes = new Map<string, string>()

/** Kept for a while: the same visitors come again and again, and a hash takes as long as the rest of an event's check. */
export function nameHash(id: string): string {
  const known = hashes.get(id)
  if (known !== undefined) return known
  if (hashes.size >= HASHES_KEPT_MAX) hashes.clear()
  const digest = hash('sha256', id)
  hashes.set(id, digest)
  return digest
}

export type People = ReturnType<typeof openPeople>
/** What storing asks for each message. */
export type Honours = Pick<People, 'honour' | 'honourRejected'>

/**
 * The people whom this process knows to be erased. What the warehouse says is `replace`d now and then; the serving store
 * learns of an erasure from the log itself, before the warehouse does.
 */
export function openPeople() {
  let stored: Tombstones = { customers: new Set(), guests: new Map(), doneEventIds: new Set() }
  const served = { customers: new Set<string>(), guests: new Map<string, Span[]>() }
  const isEmpty = () => stored.customers.size === 0 && stored.guests.size === 0

  return {
    /** Nobody was ever erased, so there is nobody to look for. */
    isEmpty,
    replace(tombstones: Tombstones): void {
      stored = tombstones
    },
    forgetInServing({ customer_id, anonymous_id }: { customer_id?: string; anonymous_id?: string }): void {
      if (customer_id !== undefined) served.customers.add(nameHash(customer_id))
      if (anonymous_id !== undefined) served.guests.set(nameHash(anonymous_id), [ALWAYS])
    },
    /** The event as it may be stored; undefined when nothing of it may. */
    honour(event: ShopEvent): ShopEvent | undefined {
      return isEmpty() ? event : honourEvent(event, stored)
    },
    honourInServing(event: ShopEvent): ShopEvent | undefined {
      if (isEmpty() && served.customers.size === 0) return event
      const kept = honourEvent(event, stored)
      return kept && honourEvent(kept, { ...served, doneEventIds: new Set() })
    },
    honourRejected(message: RejectedMessage): RejectedMessage {
      return isEmpty() ? message : scrubRejected(message, stored)
    }
  }
}

/**
 * Of an erased customer, or of a browser that only they used, no behaviour and nothing of `flipside.customers` is kept;
 * orders, rentals and the like stay without the person. Somebody else in that browser is kept without it.
 */
function honourEvent(
  event: ShopEvent,
  { customers, guests, doneEventIds }: Tombstones
): ShopEvent | undefined {
  // A request must be stored for somebody to act on it; the one that was acted on must not come back.
  if (event.type === 'customer_erased') return doneEventIds.has(event.event_id) ? undefined : event
  const topic = topicOf[event.type]
  const ids = [event.user_id, 'customer_id' in event ? event.customer_id : undefined]
  const named = ids.filter((id) => id !== undefined)
  const isErased = named.some((id) => customers.has(nameHash(id)))
  const spans = (event.anonymous_id !== undefined && guests.get(nameHash(event.anonymous_id))) || []
  if (!isErased && spans.length === 0) return event
  const atMs = Date.parse(event.occurred_at)
  const isErasedGuest = spans.some(({ after_ms, until_ms }) => atMs > after_ms && atMs <= until_ms)
  if (!isErased && !isErasedGuest) return event
  if (!isErased && named.length > 0) return spans.some(isAlways) ? withoutBrowser(event) : event
  return topic === 'flipside.behaviour' || topic === 'flipside.customers' ? undefined : withoutPerson(event)
}

const isAlways = ({ until_ms }: Span) => until_ms === FOREVER_MS

function withoutBrowser(event: ShopEvent): ShopEvent {
  const { anonymous_id: _, ...rest } = event
  return rest
}

function withoutPerson(event: ShopEvent): ShopEvent {
  const { user_id: _user, anonymous_id: _guest, session_id: _session, ...rest } = event
  return rest
}

function scrubRejected(message: RejectedMessage, { customers, guests }: Tombstones): RejectedMessage {
  for (const name of namesIn(message)) {
    const digest = nameHash(name)
    if (customers.has(digest) || guests.get(digest)?.some(isAlways)) {
      return { ...message, reason: SCRUBBED_REASON, body: '', body_encoding: 'utf8' }
    }
  }
  return message
}
