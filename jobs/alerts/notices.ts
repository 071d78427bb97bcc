import type { Redis } from 'ioredis'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Addressed } from '../../models/inventory/digest.ts'
import type { RedisCommand } from '../../models/profiles/sources.ts'

/** What people are to be told and were not yet, the oldest first, as JSON: the same notice twice is one. */
export const NOTICES_KEY = 'flipside:stock-alerts:notices'
/** Fields: `dropped`, how many notices were ever dropped; and what the job of the webhook keeps (webhook.ts). */
export const WEBHOOK_KEY = 'flipside:stock-alerts:webhook'
/** When nobody comes to fetch them, the oldest go: some megabytes. */
export const NOTICES_MAX = 10_000

const notice = Compile(
  Type.Object({
    product_id: Type.String(),
    alert: Type.Enum(['low_stock', 'stock_out']),
    group: Type.String(),
    kind: Type.Enum(['raised', 'worse', 'still', 'cleared']),
    atMs: Type.Number(),
    units: Type.Number()
  })
)

/** The commands that add notices. One process at a time adds; another may take some away meanwhile, and then fewer go. */
export async function keepNotices(redis: Redis, notices: readonly Addressed[]): Promise<RedisCommand[]> {
  if (notices.length === 0) return []
  const over = (await redis.zcard(NOTICES_KEY)) + notices.length - NOTICES_MAX
  const entries = notices.flatMap((one) => [String(one.atMs), JSON.stringify(one)])
  const commands = inParts(['zadd', NOTICES_KEY], entries)
  if (over <= 0) return commands
  const dropped = Number((await redis.hget(WEBHOOK_KEY, 'dropped')) ?? 0) + over
  return [
    ...commands,
    ['zremrangebyrank', NOTICES_KEY, '0', String(-NOTICES_MAX - 1)],
    ['hset', WEBHOOK_KEY, 'dropped', String(dropped)]
  ]
}

/** Each with what it is stored as, by which it is taken away. */
export async function readNotices(redis: Redis): Promise<(Addressed & { entry: string })[]> {
  const entries = await redis.zrange(NOTICES_KEY, '0', '-1')
  return entries.flatMap((entry) => {
    const value: unknown = JSON.parse(entry)
    return notice.Check(value) ? [{ ...value, entry }] : []
  })
}

const ENTRIES_A_COMMAND = 1_000

/** A command with many arguments as several; pairs stay together. */
export const inParts = (command: RedisCommand, values: readonly string[]): RedisCommand[] =>
  Array.from({ length: Math.ceil(values.length / ENTRIES_A_COMMAND) }, (_, i) => [
    ...command,
    ...values.slice(i * ENTRIES_A_COMMAND, (i + 1) * ENTRIES_A_COMMAND)
  ])
