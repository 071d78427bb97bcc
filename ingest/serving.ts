import type { Redis } from 'ioredis'
import { parseEvent } from '../models/contracts/check-event.ts'
import type { EventConsumer, LogRecord } from '../models/contracts/event-log.ts'
import type { ShopEvent } from '../models/contracts/events.ts'
import { forgetCustomer, type Browser } from '../models/profiles/forget.ts'
import { tellProfiles } from '../models/profiles/refresh.ts'
import { toldBy } from '../models/profiles/told.ts'
import { applyKeyEvents } from './api-keys.ts'
import type { People } from './erased-people.ts'
import { openCommands } from './redis.ts'
import type { RetryForEver } from './retry.ts'
import { bytesOf, openWaitingRoom } from './waiting-room.ts'

export const SERVING_GROUP = 'flipside-profiles'
export const SERVING_TOPICS = [
  'flipside.behaviour',
  'flipside.orders',
  'flipside.customers',
  'flipside.rentals',
  'flipside.operations'
] as const

/** Raw bytes of records that are being told at once, over all partitions. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024

export type ServingPorts = { redis: Redis; people: People; retryForEver: RetryForEver }

/**
 * Keeps the serving store in step with the log, in a consumer group of its own: a serving store that is down holds up no
 * storing, and the other way round. Every update may be repeated, so it begins at the start of a log that it does not know.
 */
export async function keepServing(consumer: EventConsumer, ports: ServingPorts): Promise<void> {
  const room = openWaitingRoom({ bytesMax: WAITING_BYTES_MAX })
  await consumer.run(SERVING_TOPICS, {
    assigned: async (_at, committed) => committed?.offset ?? 0,
    async records(at, records) {
      const bytes = bytesOf(records)
      await room.enter(bytes)
      try {
        await ports.retryForEver('serving store', () => updateServing(records, ports))
      } finally {
        room.leave(bytes)
      }
      const last = records.at(-1)
      if (!last) return
      const next = { offset: last.offset + 1, metadata: '' }
      await ports.retryForEver('commit profiles', () => consumer.commit(at, next))
    }
  })
}

/** A few round trips for all records together. What is not an event is counted and kept by who stores it. */
export async function updateServing(
  records: readonly LogRecord[],
  { redis, people }: Pick<ServingPorts, 'redis' | 'people'>
): Promise<void> {
  const events = records.flatMap(({ value }) => {
    if (saysNothing(value)) return []
    const parsed = parseEvent(value)
    return parsed.ok ? [parsed.value] : []
  })
  const send = openCommands(redis)
  const erased = events.filter((event) => event.type === 'customer_erased')
  // Before the others: what comes with it or later of this person is dropped.
  for (const { customer_id } of erased) people.forgetInServing({ customer_id })
  await applyKeyEvents(redis, events)
  await tellProfiles(send, honoured(events, people).flatMap(toldBy))
  for (const { customer_id } of erased) {
    const own = await forgetCustomer(send, { customer_id, browsers: browsersOf(customer_id, events) })
    for (const anonymous_id of own) people.forgetInServing({ anonymous_id })
  }
}

/** Types that are many and change no profile; a sender that writes the type elsewhere is read in full. */
const SILENT = new Set([
  'list_viewed',
  'searched',
  'recommendation_served',
  'recommendation_viewed',
  'product_rated'
])
const HEAD = Buffer.from('{"type":"')

function saysNothing(value: Buffer): boolean {
  if (!value.subarray(0, HEAD.length).equals(HEAD)) return false
  return SILENT.has(value.toString('latin1', HEAD.length, value.indexOf('"', HEAD.length)))
}

/** Their logins were not told, if they came with the erasure. */
const browsersOf = (customer_id: string, events: ShopEvent[]): Browser[] =>
  events.flatMap((event) =>
    event.type === 'customer_logged_in' &&
    event.customer_id === customer_id &&
    event.anonymous_id !== undefined
      ? [{ anonymous_id: event.anonymous_id, shared: false }]
      : []
  )

const honoured = (events: ShopEvent[], people: People): ShopEvent[] =>
  events.flatMap((event) => people.honourInServing(event) ?? [])
