import type { Redis } from 'ioredis'
import { parseEvent } from '../models/contracts/check-event.ts'
import type { EventConsumer, LogRecord } from '../models/contracts/event-log.ts'
import type { EventOf, EventType, ShopEvent } from '../models/contracts/events.ts'
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
  const { erased, logins, keyEvents, told } = readRecords(records, people)
  const send = openCommands(redis)
  await applyKeyEvents(redis, keyEvents)
  await tellProfiles(send, told)
  for (const customer_id of erased) {
    const own = await forgetCustomer(send, { customer_id, browsers: browsersOf(customer_id, logins) })
    for (const anonymous_id of own) people.forgetInServing({ anonymous_id })
  }
}

/** The events themselves are let go of before anything is waited for: they are many, and little is kept of them. */
function readRecords(records: readonly LogRecord[], people: People) {
  const events = records.flatMap(({ value }) => {
    if (saysNothing(value)) return []
    const parsed = parseEvent(value)
    return parsed.ok ? [parsed.value] : []
  })
  const erased = ofType(events, 'customer_erased').map(({ customer_id }) => customer_id)
  // Before the others: what comes with it or later of this person is dropped.
  for (const customer_id of erased) people.forgetInServing({ customer_id })
  return {
    erased,
    logins: erased.length > 0 ? ofType(events, 'customer_logged_in') : [],
    keyEvents: [...ofType(events, 'api_key_issued'), ...ofType(events, 'api_key_revoked')],
    told: events.flatMap((event) => {
      const kept = people.honourInServing(event)
      return kept ? toldBy(kept) : []
    })
  }
}

const ofType = <Type extends EventType>(events: readonly ShopEvent[], type: Type) =>
  events.filter((event): event is EventOf<Type> => event.type === type)

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
const browsersOf = (customer_id: string, logins: readonly EventOf<'customer_logged_in'>[]): Browser[] =>
  logins.flatMap((event) =>
    event.customer_id === customer_id && event.anonymous_id !== undefined
      ? [{ anonymous_id: event.anonymous_id, shared: false }]
      : []
  )
