import { hash } from 'node:crypto'
import type { KeyScope, ServedKey } from '../models/contracts/api-keys.ts'
import type { Config } from '../models/contracts/config.ts'
import { KEY_SCOPES } from '../models/contracts/events/operations.ts'

/** Who sends, by the key that a request carries. */
export type Caller = { key_id: string; scope: KeyScope; eventsPerSecond: number }

export type IssuedKey = Omit<ServedKey, 'key_hash'> & {
  revoked_at: string | null
  last_used_at: string | null
}

/** `revoked` says when, by key_id. */
export type KeyFacts = { keys: readonly ServedKey[]; revoked: Readonly<Record<string, string>> }

/**
 * The keys that this process knows: those of the settings and those that were issued. Issued ones are only added or
 * ended, never forgotten, so a serving store that is down, or came back empty, takes nobody's key away.
 */
export type KeyRing = {
  /** Undefined: an unknown key, or one that has ended. */
  find: (key: string, nowMs: number) => Caller | undefined
  /** Whether a key of this id was ever issued. */
  has: (key_id: string) => boolean
  add: (facts: KeyFacts) => void
  /** When keys were used since this was asked last, by key_id. */
  takeUses: () => Record<string, string>
  /** Of the settings' keys nothing but their hashes is known, and only the settings end them: they are not listed. */
  list: (used: Readonly<Record<string, string>>) => IssuedKey[]
}

export function createKeyRing(config: Config): KeyRing {
  const byHash = new Map<string, ServedKey>()
  const ids = new Set<string>()
  const revoked = new Map<string, string>()
  const usedAt = new Map<string, string>()

  const limitOf: Record<KeyScope, number> = {
    browser: config.BROWSER_EVENTS_PER_SECOND,
    server: config.SERVER_EVENTS_PER_SECOND,
    admin: config.ADMIN_EVENTS_PER_SECOND
  }
  const settings = { browser: config.BROWSER_KEY, server: config.SERVER_KEY, admin: config.ADMIN_KEY }
  const callers = new Map<string, Caller>()
  for (const scope of KEY_SCOPES) {
    const key = settings[scope]
    const caller = { key_id: `settings:${scope}`, scope, eventsPerSecond: limitOf[scope] }
    if (key) callers.set(hashKey(key), caller)
  }

  return {
    find(key, nowMs) {
      // How long a look-up by hash takes says nothing of the key.
      const key_hash = hashKey(key)
      const caller = callers.get(key_hash)
      if (caller) return caller
      const issued = byHash.get(key_hash)
      if (!issued || revoked.has(issued.key_id)) return undefined
      if (issued.expires_at !== null && Date.parse(issued.expires_at) <= nowMs) return undefined
      const { key_id, scope, events_per_second } = issued
      usedAt.set(key_id, new Date(nowMs).toISOString())
      return { key_id, scope, eventsPerSecond: events_per_second ?? limitOf[scope] }
    },
    has: (key_id) => ids.has(key_id),
    add(facts) {
      for (const key of facts.keys) {
        byHash.set(key.key_hash, key)
        ids.add(key.key_id)
      }
      for (const [key_id, at] of Object.entries(facts.revoked)) revoked.set(key_id, at)
    },
    takeUses() {
      const uses = [...usedAt]
      usedAt.clear()
      return Object.fromEntries(uses)
    },
    list: (used) =>
      [...byHash.values()].map(({ key_hash: _, ...key }) => ({
        ...key,
        revoked_at: revoked.get(key.key_id) ?? null,
        last_used_at: usedAt.get(key.key_id) ?? used[key.key_id] ?? null
      }))
  }
}

export const hashKey = (key: string): string => hash('sha256', key, 'hex')
