import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import {
  KEYS_CHANGED_KEY,
  KEYS_KEY,
  REVOKED_KEYS_KEY,
  USED_KEYS_KEY,
  type ServedKey
} from '../models/contracts/api-keys.ts'
import type { KeyFacts, KeyRing } from './keys.ts'

export type KeyStore = {
  /** Another text after every change; undefined before the first. */
  readChanged: () => Promise<string | undefined>
  readFacts: () => Promise<KeyFacts>
  readUses: () => Promise<Record<string, string>>
  writeUses: (uses: Readonly<Record<string, string>>) => Promise<void>
}

export const openKeyStore = (redis: Redis): KeyStore => ({
  readChanged: async () => (await redis.get(KEYS_CHANGED_KEY)) ?? undefined,
  async readFacts() {
    const [keys, revoked] = await Promise.all([redis.hgetall(KEYS_KEY), redis.hgetall(REVOKED_KEYS_KEY)])
    return { keys: Object.values(keys).map((text) => JSON.parse(text) as ServedKey), revoked }
  },
  readUses: () => redis.hgetall(USED_KEYS_KEY),
  async writeUses(uses) {
    if (Object.keys(uses).length > 0) await redis.hset(USED_KEYS_KEY, uses)
  }
})

const POLL_MS = 1_000

/** Adds what was issued and revoked to the ring, and tells the store of uses, until aborted. */
export async function followKeys(
  ring: KeyRing,
  store: KeyStore,
  options: { signal: AbortSignal; onFailed: (error: unknown) => void }
): Promise<void> {
  let changed: string | undefined
  let isFailing = false
  while (!options.signal.aborted) {
    try {
      changed = await addChanged(ring, store, changed)
      await store.writeUses(ring.takeUses())
      isFailing = false
    } catch (error) {
      if (!isFailing && !options.signal.aborted) options.onFailed(error)
      isFailing = true
    }
    await sleep(POLL_MS, undefined, { signal: options.signal }).catch(() => undefined)
  }
}

/** Reads everything when the text is another one than before, and answers that text. */
export async function addChanged(
  ring: KeyRing,
  store: Pick<KeyStore, 'readChanged' | 'readFacts'>,
  before: string | undefined
): Promise<string | undefined> {
  const changed = await store.readChanged()
  if (changed !== before && changed !== undefined) ring.add(await store.readFacts())
  return changed
}
