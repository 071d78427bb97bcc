import type { KeyScope } from './api-keys.ts'
import { eventTypes, type EventType } from './events.ts'
import { topicOf } from './topics.ts'

/**
 * Whether a key of this scope may send this type. An unknown type is not forbidden: its check says what is wrong.
 *
 * The browser's key is no secret, so it may tell only what a visitor does. The server's may tell everything of the shop,
 * the erasing of a person and what its people decide included, but not who may call the API: that is the admin's.
 */
export const maySend = (scope: KeyScope, type: unknown): boolean =>
  scope === 'admin' || typeof type !== 'string' || !forbidden[scope].has(type)

const isForBrowsers = (type: EventType) =>
  topicOf[type] === 'flipside.behaviour' && type !== 'recommendation_served'
const isAboutKeys = (type: EventType) => type === 'api_key_issued' || type === 'api_key_revoked'

const forbidden: Record<'browser' | 'server', ReadonlySet<string>> = {
  browser: new Set(eventTypes.filter((type) => !isForBrowsers(type))),
  server: new Set(eventTypes.filter(isAboutKeys))
}
