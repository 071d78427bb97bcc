import { randomBytes } from 'node:crypto'
import type { ChainableCommander, Redis } from 'ioredis'
import {
  CURRENT_KEY,
  REPLACED_VERSION_SECONDS,
  servedKey,
  servedKinds,
  type ServedKind
} from '../models/contracts/served.ts'
import type { SendCommands } from '../models/profiles/sources.ts'

const WATERMARKS_KEY = 'flipside:watermarks'
const NOTES_KEY = 'flipside:notes'
const RECORDS_A_COMMAND = 500
/** Renewed with every command: longer than all kinds together take to be written. */
const UNFINISHED_VERSION_SECONDS = 3_600

export type Records = Iterable<readonly [id: string, record: string | Buffer]>

/** Writes a whole new version, then moves the pointer: a reader sees the old version or the new one, never half. */
export const publish = (redis: Redis, kind: ServedKind, records: Records): Promise<Published> =>
  publishTogether(redis, { [kind]: records })

export type Published = { version: string; recordCount: number }

/**
 * The same of kinds that belong together: their pointers move at once, and with them what the job notes of the version. What
 * is written before that expires unless it comes to it, so that a job that ends half way leaves nothing behind.
 */
export async function publishTogether(
  redis: Redis,
  kinds: Partial<Record<ServedKind, Records>>,
  note?: { job: string; noteOf: (version: string) => string }
): Promise<Published> {
  const version = `${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`
  const names = servedKinds.filter((kind) => kinds[kind])
  let recordCount = 0
  for (const kind of names)
    recordCount += await writeVersion(redis, servedKey(kind, version), kinds[kind] ?? [])
  const move = redis.multi().hmget(CURRENT_KEY, ...names)
  for (const kind of names) move.hset(CURRENT_KEY, kind, version).persist(servedKey(kind, version))
  if (note) move.hset(NOTES_KEY, note.job, note.noteOf(version))
  const [replaced] = await answersOf(move)
  for (const [at, kind] of names.entries()) {
    // Read in the same transaction: of two that publish at once each sees what it replaced.
    const before = Array.isArray(replaced) ? replaced[at] : undefined
    if (typeof before === 'string') await redis.expire(servedKey(kind, before), REPLACED_VERSION_SECONDS)
  }
  return { version, recordCount }
}

async function writeVersion(redis: Redis, key: string, records: Records): Promise<number> {
  let recordCount = 0
  let waiting: (string | Buffer)[] = []
  const write = async () => {
    if (waiting.length > 0)
      await answersOf(
        redis
          .multi()
          .hset(key, ...waiting)
          .expire(key, UNFINISHED_VERSION_SECONDS)
      )
    waiting = []
  }
  for (const [id, record] of records) {
    waiting.push(id, record)
    recordCount++
    if (waiting.length >= 2 * RECORDS_A_COMMAND) await write()
  }
  await write()
  return recordCount
}

export const readCurrent = (redis: Redis): Promise<Record<string, string>> => redis.hgetall(CURRENT_KEY)

/** All records of a version, by id; empty where it is gone. For a job that builds upon what another published. */
export async function readPublished<Value>(redis: Redis, key: string): Promise<Map<string, Value>> {
  const records = new Map<string, Value>()
  for await (const found of redis.hscanStream(key, { count: RECORDS_A_COMMAND })) {
    const texts = found as string[]
    for (let at = 0; at < texts.length; at += 2)
      records.set(texts[at] ?? '', JSON.parse(texts[at + 1] ?? 'null') as Value)
  }
  return records
}

/** Profiles are written through this: many commands in one round trip. */
export function openCommands(redis: Redis): SendCommands {
  return async (commands, { atomic = false } = {}) => {
    if (commands.length === 0) return []
    return answersOf(atomic ? redis.multi(commands) : redis.pipeline(commands))
  }
}

/** In their order; throws when one of the commands failed. */
async function answersOf(commands: ChainableCommander): Promise<unknown[]> {
  const answers = await commands.exec()
  if (!answers) throw new Error('the serving store gave up a transaction')
  return answers.map(([error, answer]) => {
    if (error) throw error
    return answer
  })
}

/** What a job saw the last time, so that it can tell when there is nothing new. */
export const readWatermark = (redis: Redis, job: string): Promise<string | null> =>
  redis.hget(WATERMARKS_KEY, job)

export async function writeWatermark(redis: Redis, job: string, watermark: string): Promise<void> {
  await redis.hset(WATERMARKS_KEY, job, watermark)
}

/** What a job notes of the version that it published. */
export const readNote = (redis: Redis, job: string): Promise<string | null> => redis.hget(NOTES_KEY, job)

/** True for one process only: whoever comes first runs the job at this tick. */
export async function takeTick(redis: Redis, job: string, tick: Date): Promise<boolean> {
  return (
    (await redis.set(`flipside:lock:${job}:${tick.toISOString()}`, String(process.pid), 'EX', 3600, 'NX')) ===
    'OK'
  )
}
