import { createHash, timingSafeEqual } from 'node:crypto'
import { type EventType } from '../models/contracts/events.ts'
import { topicOf } from '../models/contracts/topics.ts'
import type { Config } from '../models/contracts/config.ts'

/** Whose key a request carries. */
export type Access = 'browser' | 'server'

/** A key in the address ends up in logs, so only the browser's, which is no secret, may come that way. */
export function accessOf(
  request: { authorization: string | undefined; keyInAddress: string | undefined },
  config: Pick<Config, 'BROWSER_KEY' | 'SERVER_KEY'>
): Access | undefined {
  const [, key] = /^Bearer +(\S+)$/i.exec(request.authorization ?? '') ?? []
  if (config.SERVER_KEY && key && isSame(key, config.SERVER_KEY)) return 'server'
  return isSame(key ?? request.keyInAddress ?? '', config.BROWSER_KEY) ? 'browser' : undefined
}

/** An unknown type is not forbidden: its check says what is wrong with it. */
export const maySend = (access: Access, type: unknown) =>
  access === 'server' ||
  typeof type !== 'string' ||
  !Object.hasOwn(topicOf, type) ||
  topicOf[type as EventType] === 'flipside.behaviour'

/** Takes the same time whatever the key: digests have one length. */
const isSame = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))
const digest = (key: string) => createHash('sha256').update(key).digest()
