import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Addressed } from '../models/inventory/digest.ts'
import type { Snooze } from '../models/inventory/notices.ts'
import type { RedisCommand } from '../models/profiles/sources.ts'
import { fieldOf } from './alerts/kept.ts'
import { chooseGroups, messageOf } from './alerts/message.ts'
import { inParts, NOTICES_KEY, readNotices, WEBHOOK_KEY } from './alerts/notices.ts'
import { isHeldBack, readSnoozes } from './alerts/snoozes.ts'
import { postSigned, type Webhook } from './alerts/webhook.ts'
import { readRows } from './clickhouse.ts'
import type { JobPorts, JobResult } from './job.ts'
import { openCommands } from './redis.ts'

const MINUTE_MS = 60_000
const WAIT_MINUTES_MAX = 60
/** A warning that is older helps nobody. */
const DELIVERY_MS_MAX = 24 * 60 * MINUTE_MS

/** The message under way. It stays as it is until it is taken, or given up: with it a repeat is known as one. */
const DeliverySchema = Type.Object({
  id: Type.String(),
  body: Type.String(),
  made_ms: Type.Number(),
  tries: Type.Integer(),
  /** Not before. */
  next_ms: Type.Number()
})
type Delivery = Static<typeof DeliverySchema>
const delivery = Compile(DeliverySchema)

type Ports = Pick<JobPorts, 'clickhouse' | 'redis' | 'config'>
type Options = { nowMs: number; answerMsMax?: number }
const done = (detail: string): JobResult => ({ version: '', detail })

/** Tells the shop's receiver of alerts, at most once in ALERT_DIGEST_MINUTES, and the same message until it is taken. */
export async function tellAlerts(ports: Ports, options: Options = { nowMs: Date.now() }): Promise<JobResult> {
  const { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret } = ports.config
  if (url === undefined || secret === undefined) return done('nobody to tell: ALERT_WEBHOOK_URL is not set')
  const underWay = await readDelivery(ports.redis)
  if (underWay) return deliver(ports.redis, { url, secret }, underWay, options)
  const made = await makeDelivery(ports, options.nowMs)
  return typeof made === 'string' ? done(made) : deliver(ports.redis, { url, secret }, made, options)
}

async function readDelivery(redis: Redis): Promise<Delivery | undefined> {
  const text = await redis.hget(WEBHOOK_KEY, 'delivery')
  const value: unknown = text === null ? undefined : JSON.parse(text)
  return delivery.Check(value) ? value : undefined
}

/** The notices become the message in one step: whatever happens, they are in one of the two. */
async function makeDelivery({ clickhouse, redis, config }: Ports, nowMs: number): Promise<Delivery | string> {
  const [toldMs, dropped, droppedTold] = (
    await redis.hmget(WEBHOOK_KEY, 'told_ms', 'dropped', 'dropped_told')
  ).map(Number)
  const restMinutes = config.ALERT_DIGEST_MINUTES - (minuteOf(nowMs) - minuteOf(toldMs ?? 0))
  if (restMinutes > 0) return `rests ${restMinutes} min more`
  const waiting = await readNotices(redis)
  if (waiting.length === 0) return 'nothing to tell'
  const snoozes = await readSnoozes(clickhouse)
  const { groups, done: notices } = chooseGroups(waiting, (one) =>
    isSnoozed(one, snoozes.get(fieldOf(one)), nowMs)
  )
  const id = randomUUID()
  const message = messageOf(groups, {
    id,
    made_at: new Date(nowMs).toISOString(),
    dropped: (dropped ?? 0) - (droppedTold ?? 0),
    titles: await readTitles(
      clickhouse,
      groups.flatMap(({ lines }) => lines.map(({ product_id }) => product_id))
    )
  })
  const made = { id, body: JSON.stringify(message), made_ms: nowMs, tries: 0, next_ms: nowMs }
  const entries = notices.map(({ entry }) => entry)
  const taking = inParts(['zrem', NOTICES_KEY], entries)
  const keeping: RedisCommand[] = [
    ['hset', WEBHOOK_KEY, 'delivery', JSON.stringify(made), 'dropped_told', String(dropped ?? 0)]
  ]
  await openCommands(redis)(groups.length > 0 ? [...taking, ...keeping] : taking, { atomic: true })
  return groups.length > 0 ? made : 'nothing to tell: all that was raised is over, or snoozed'
}

/** Somebody did so after it was to be told: then it counts as not told, and is so when the snooze ends. */
const isSnoozed = ({ kind, atMs, units }: Addressed, snooze: Snooze | undefined, nowMs: number): boolean =>
  snooze !== undefined &&
  kind !== 'cleared' &&
  snooze.atMs >= atMs &&
  isHeldBack({ raised_at: atMs, atMs: nowMs, units }, snooze)

async function readTitles(clickhouse: Ports['clickhouse'], product_ids: string[]) {
  const rows = await readRows<{ product_id: string; title: string }>(clickhouse, 'product-titles', {
    product_ids
  })
  return new Map(rows.map(({ product_id, title }) => [product_id, title]))
}

async function deliver(
  redis: Redis,
  webhook: Webhook,
  before: Delivery,
  options: Options
): Promise<JobResult> {
  const { nowMs } = options
  if (minuteOf(nowMs) < minuteOf(before.next_ms)) return done(`tries again at ${timeOf(before.next_ms)}`)
  const { result, said } = await postSigned(webhook, before, options)
  const tries = before.tries + 1
  if (result === 'taken') {
    await endDelivery(redis, nowMs)
    return done(`told, at attempt ${tries}`)
  }
  const isLate = nowMs - before.made_ms >= DELIVERY_MS_MAX
  if (result === 'refused' || isLate) {
    await endDelivery(redis, nowMs)
    throw new Error(`${said}: the message ${before.id} of ${timeOf(before.made_ms)} is given up`)
  }
  const next_ms = nowMs + MINUTE_MS * Math.min(WAIT_MINUTES_MAX, 2 ** before.tries)
  await redis.hset(WEBHOOK_KEY, 'delivery', JSON.stringify({ ...before, tries, next_ms }))
  return done(`${said} at attempt ${tries}; tries again at ${timeOf(next_ms)}`)
}

async function endDelivery(redis: Redis, nowMs: number): Promise<void> {
  const commands: RedisCommand[] = [
    ['hdel', WEBHOOK_KEY, 'delivery'],
    ['hset', WEBHOOK_KEY, 'told_ms', String(nowMs)]
  ]
  await openCommands(redis)(commands, { atomic: true })
}

/** Jobs begin with the minute, or a moment later: so long from one to the other is by the minutes of the clock. */
const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS)
const timeOf = (ms: number): string => new Date(ms).toISOString()
