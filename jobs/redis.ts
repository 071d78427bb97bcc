import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import {
  CURRENT_KEY,
  REPLACED_VERSION_SECONDS,
  servedKey,
  type ServedKind
} from '../models/contracts/served.ts'
import type { SendCommands } from '../models/profiles/sources.ts'

const WATERMARKS_KEY = 'flipside:watermarks'
const NOTES_KEY = 'flipside:notes'
const RECORDS_A_COMMAND = 500

/** Writes a whole new version, then moves the pointer: a reader sees the old version or the new one, never half. */
export async function publish(
  redis: Redis,
  kind: ServedKind,
  records: Iterable<readonly [id: string, record: string | Buffer]>
): Promise<{ version: string; recordCount: number }> {
  const version = `${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`
  const key = servedKey(kind, version)
  let recordCount = 0
  let waiting: (string | Buffer)[] = []
  const write = async () => {
    if (waiting.length > 0) await redis.hset(key, ...waiting)
    waiting = []
  }
  for (const [id, record] of records) {
    waiting.push(id, record)
    recordCount++
    if (waiting.length >= 2 * RECORDS_A_COMMAND) await write()
  }
  await write()
  const replaced = await redis.hget(CURRENT_KEY, kind)
  await redis.hset(CURRENT_KEY, kind, version)
  if (replaced) await redis.expire(servedKey(kind, replaced), REPLACED_VERSION_SECONDS)
  return { version, recordCount }
}

export const readCurrent = (redis: Redis): Promise<Record<string, string>> => redis.hgetall(CURRENT_KEY)

/** Profiles are written through this: many commands in one round trip. */
export function openCommands(redis: Redis): SendCommands {
  return async (commands, { atomic = false } = {}) => {
    if (commands.length === 0) return []
    const answers = await (atomic ? redis.multi(commands) : redis.pipeline(commands)).exec()
    if (!answers) throw new Error('the serving store gave up a transaction')
    return answers.map(([error, answer]) => {
      if (error) throw error
      return answer
    })
  }
}

/** What a job saw the last time, so that it can tell when there is nothing new. */
export const readWatermark = (redis: Redis, job: string): Promise<string | null> =>
  redis.hget(WATERMARKS_KEY, job)

export async function writeWatermark(redis: Redis, job: string, watermark: string): Promise<void> {
  await redis.hset(WATERMARKS_KEY, job, watermark)
}

/** What a job notes of the version that it published. */
export const readNote = (redis: Redis, job: string): Promise<string | null> => redis.hget(NOTES_KEY, job)

export async function writeNote(redis: Redis, job: string, note: string): Promise<void> {
  await redis.hset(NOTES_KEY, job, note)
}

/** True for one process only: whoever comes first runs the job at this tick. */
export async function takeTick(redis: Redis, job: string, tick: Date): Promise<boolean> {
  return (
    (await redis.set(`flipside:lock:${job}:${tick.toISOString()}`, String(process.pid), 'EX', 3600, 'NX')) ===
    'OK'
  )
}
