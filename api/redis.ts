import { Redis } from 'ioredis'
import { openKeyStore, type KeyStore } from './key-store.ts'
import {
  CURRENT_KEY,
  factsKey,
  HIDDEN_ITEMS_MAX,
  hiddenKey,
  OWNED_ITEMS_MAX,
  ownedKey,
  RECENT_ITEMS_MAX,
  recentKey,
  type ProfileFacts
} from '../models/contracts/served.ts'

export type Remembered = { product_id: string; at_ms: number }
/** What a visitor looked at and bought lately, newest first; all that they own, and what they want to see no more. */
export type Profile = { recent: Remembered[]; bought: Remembered[]; owned: string[]; hidden: string[] }

export type ServingStore = {
  readProfile: (visitor: string) => Promise<Profile>
  ping: () => Promise<void>
  /** kind → version, as the jobs left it. */
  readCurrent: () => Promise<Record<string, string>>
  /** The records of a hash in chunks; a record may come twice while the hash changes. */
  scanHash: (key: string) => AsyncIterable<[field: string, value: Buffer]>
  keys: KeyStore
  close: () => void
}

const PROFILE_TIMEOUT_MS = 250
const LOAD_TIMEOUT_MS = 5_000
/** Small, so that parsing a chunk holds up requests for about a millisecond. */
const SCAN_COUNT = 250
const RECONNECT_MS_MAX = 2_000

/** A page must not wait for a store that is down, so its commands never queue; loading, in the background, may. */
export function openServingStore(url: string): ServingStore {
  const quick = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: backOff,
    commandTimeout: PROFILE_TIMEOUT_MS
  })
  const bulk = new Redis(url, { retryStrategy: backOff, commandTimeout: LOAD_TIMEOUT_MS })
  // Without a listener ioredis prints every failed attempt; the callers see the failure anyway.
  for (const client of [quick, bulk]) client.on('error', () => undefined)

  return {
    readProfile: (visitor) => readProfile(quick, visitor),
    ping: async () => void (await quick.ping()),
    readCurrent: () => bulk.hgetall(CURRENT_KEY),
    scanHash: (key) => scanHash(bulk, key),
    keys: openKeyStore(bulk),
    close: () => {
      quick.disconnect()
      bulk.disconnect()
    }
  }
}

const backOff = (attempt: number) => Math.min(attempt * 100, RECONNECT_MS_MAX)

/**
 * The whole profile in one round trip; that of a customer who refuses its use is as good as none. Times only of what can
 * ask: a customer may own thousands.
 */
async function readProfile(redis: Redis, visitor: string): Promise<Profile> {
  const answers = await redis
    .pipeline()
    .zrevrange(recentKey(visitor), 0, RECENT_ITEMS_MAX - 1, 'WITHSCORES')
    .zrevrange(ownedKey(visitor), 0, RECENT_ITEMS_MAX - 1, 'WITHSCORES')
    .zrevrange(ownedKey(visitor), 0, OWNED_ITEMS_MAX - 1)
    .zrevrange(hiddenKey(visitor), 0, HIDDEN_ITEMS_MAX - 1)
    .hmget(factsKey(visitor), 'personalisation' satisfies keyof ProfileFacts)
    .exec()
  const [recent = [], bought = [], owned = [], hidden = [], facts = []] = (answers ?? []).map(
    ([error, value]) => {
      if (error) throw error
      return value as string[]
    }
  )
  if (facts[0] === '0') return { recent: [], bought: [], owned: [], hidden: [] }
  return { recent: readPairs(recent), bought: readPairs(bought), owned, hidden }
}

function readPairs(members: readonly string[]): Remembered[] {
  const pairs: Remembered[] = []
  for (let i = 0; i + 1 < members.length; i += 2) {
    pairs.push({ product_id: members[i] ?? '', at_ms: Number(members[i + 1]) })
  }
  return pairs
}

async function* scanHash(redis: Redis, key: string): AsyncGenerator<[string, Buffer]> {
  let cursor = '0'
  do {
    const [next, fields] = await redis.hscanBuffer(key, cursor, 'COUNT', SCAN_COUNT)
    for (let i = 0; i + 1 < fields.length; i += 2) {
      const value = fields[i + 1]
      if (value) yield [String(fields[i]), value]
    }
    cursor = String(next)
  } while (cursor !== '0')
}
