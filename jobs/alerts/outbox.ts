import type { Redis } from 'ioredis'
import { keyOf, topicOf } from '../../models/contracts/topics.ts'
import type { Addressed } from '../../models/inventory/digest.ts'
import type { RedisCommand } from '../../models/profiles/sources.ts'
import type { JobPorts } from '../job.ts'
import { openCommands } from '../redis.ts'
import type { StockAlertEvent } from './alert-event.ts'
import { ALERTS_KEY, fieldOf, READ_FIELD, type Kept } from './kept.ts'
import { inParts, keepNotices } from './notices.ts'

/** Events that are decided and may not be sent yet, the oldest first: `{key}\n{JSON}`, since keys hold no line break. */
export const OUTBOX_KEY = 'flipside:stock-alerts:outbox'
const EVENTS_A_SEND = 500
/** So long what was cleared is kept: a reading that is late by less raises nothing. */
const CLEARED_MS = 3_600_000

export type Decided = {
  /** Of the readings. */
  atMs: number
  kept: readonly Kept[]
  events: readonly StockAlertEvent[]
  notices: readonly Addressed[]
}

/**
 * What is known of the alerts, and what follows from it, become so at once: a process that dies before has decided nothing,
 * and what one that dies after has not sent is sent by the next run, as the same events.
 */
export async function keepDecided(redis: Redis, { atMs, kept, events, notices }: Decided): Promise<void> {
  const isOver = ({ raised_at, changed_at }: Kept) =>
    raised_at === null && (changed_at ?? -Infinity) < atMs - CLEARED_MS
  const staying = kept.filter((one) => !isOver(one))
  const written = staying.flatMap((one) => [fieldOf(one), JSON.stringify(one)])
  const waiting = events.flatMap((event) => [
    String(Date.parse(event.occurred_at)),
    `${keyOf(event)}\n${JSON.stringify(event)}`
  ])
  const commands: RedisCommand[] = [
    ['hset', ALERTS_KEY, READ_FIELD, String(atMs)],
    ...inParts(['hset', ALERTS_KEY], written),
    ...inParts(['hdel', ALERTS_KEY], kept.filter(isOver).map(fieldOf)),
    ...inParts(['zadd', OUTBOX_KEY], waiting),
    ...(await keepNotices(redis, notices))
  ]
  await openCommands(redis)(commands, { atomic: true })
}

/** Also those that an earlier run left. Nothing is forgotten before the log has it. */
export async function sendDecided({
  redis,
  sendEvents
}: Pick<JobPorts, 'redis' | 'sendEvents'>): Promise<number> {
  let sent = 0
  for (;;) {
    const entries = await redis.zrange(OUTBOX_KEY, '0', String(EVENTS_A_SEND - 1))
    if (entries.length === 0) return sent
    const messages = entries.map((entry) => {
      const end = entry.indexOf('\n')
      return { key: entry.slice(0, end), value: entry.slice(end + 1) }
    })
    await sendEvents(topicOf.stock_alert_raised, messages)
    await redis.zrem(OUTBOX_KEY, ...entries)
    sent += entries.length
  }
}
