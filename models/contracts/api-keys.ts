import type { Static } from 'typebox'
import type { EventOf } from './events.ts'
import type { operationSchemas } from './events/operations.ts'

/**
 * Issued API keys in Redis, where ingest and the job `keys` write them and the API reads them. They are facts that only
 * grow in number, so events may be applied again, late and in any order:
 *   flipside:keys          hash: key_id → ServedKey as JSON
 *   flipside:keys:revoked  hash: key_id → when, RFC 3339
 *   flipside:keys:used     hash: key_id → when last, as the API saw it
 *   flipside:keys:changed  another text after every change to the first two
 */
export const KEYS_KEY = 'flipside:keys'
export const REVOKED_KEYS_KEY = 'flipside:keys:revoked'
export const USED_KEYS_KEY = 'flipside:keys:used'
export const KEYS_CHANGED_KEY = 'flipside:keys:changed'

export type KeyScope = Static<typeof operationSchemas.api_key_issued>['scope']

/** Of the key itself only its hash is known. It is good until it ends or its id is among the revoked. */
export type ServedKey = {
  key_id: string
  /** SHA-256 in hex. */
  key_hash: string
  scope: KeyScope
  label: string
  /** Null: the default of its scope. */
  events_per_second: number | null
  issued_at: string
  /** Null: never. */
  expires_at: string | null
}

export const servedKeyOf = (event: EventOf<'api_key_issued'>): ServedKey => ({
  key_id: event.key_id,
  key_hash: event.key_hash,
  scope: event.scope,
  label: event.label ?? '',
  events_per_second: event.events_per_second ?? null,
  issued_at: event.occurred_at,
  expires_at: event.expires_at ?? null
})
