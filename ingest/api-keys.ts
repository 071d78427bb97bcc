import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import {
  KEYS_CHANGED_KEY,
  KEYS_KEY,
  REVOKED_KEYS_KEY,
  servedKeyOf,
  type ServedKey
} from '../models/contracts/api-keys.ts'
import type { ShopEvent } from '../models/contracts/events.ts'

export type KeyChange =
  | { kind: 'issued'; key: ServedKey }
  | { kind: 'revoked'; key_id: string; revoked_at: string }

/**
 * Writes what the events say of API keys, in one round trip. Nothing is ever taken away: what is revoked stays so,
 * whatever comes again or late.
 */
export async function applyKeyEvents(redis: Redis, events: readonly ShopEvent[]): Promise<void> {
  const changes = keyChanges(events)
  if (changes.length === 0) return
  const pipeline = redis.pipeline()
  for (const change of changes) {
    if (change.kind === 'issued') pipeline.hset(KEYS_KEY, change.key.key_id, JSON.stringify(change.key))
    else pipeline.hset(REVOKED_KEYS_KEY, change.key_id, change.revoked_at)
  }
  // Last: who sees this text finds everything before it.
  pipeline.set(KEYS_CHANGED_KEY, randomUUID())
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

export function keyChanges(events: readonly ShopEvent[]): KeyChange[] {
  return events.flatMap((event): KeyChange[] => {
    if (event.type === 'api_key_issued') return [{ kind: 'issued', key: servedKeyOf(event) }]
    if (event.type !== 'api_key_revoked') return []
    return [{ kind: 'revoked', key_id: event.key_id, revoked_at: event.occurred_at }]
  })
}
