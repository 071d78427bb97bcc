import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Config } from '../models/contracts/config.ts'
import { BACKGROUND_PRIORITY } from './children.ts'
import { startRedis } from './redis.ts'
import { startWarehouse } from './start-warehouse.ts'

const Running = Type.Object({
  pid: Type.Integer(),
  clickhouse: Type.Object({ url: Type.String(), username: Type.String(), password: Type.String() }),
  redis_url: Type.String()
})
type Running = Static<typeof Running>

export type Stores = Omit<Running, 'pid'> & {
  /** Whether this process started them, and ends them on close. */
  owned: boolean
  /** Resolves when a store that this process started is gone; never for others. */
  ended: Promise<void>
  close(): Promise<void>
}

/**
 * The warehouse and the serving store of this configuration: those that its URLs name; else the embedded ones that
 * another process runs for the same DATA_DIR; else embedded ones of our own, until `close`.
 */
export async function openStores(config: Config, log?: (line: string) => void): Promise<Stores> {
  const named = namedStores(config)
  if (named.clickhouse && named.redis_url) {
    return {
      clickhouse: named.clickhouse,
      redis_url: named.redis_url,
      owned: false,
      ended: never,
      close: async () => {}
    }
  }
  const running = await readRunning(config.DATA_DIR)
  if (running) return { ...running, ...named, owned: false, ended: never, close: async () => {} }
  return startStores(config, named, log)
}

/** Whether there is a warehouse to ask: opening one that is not there would make an empty one. */
export const hasWarehouse = (config: Config): boolean =>
  config.CLICKHOUSE_URL !== undefined || existsSync(join(config.DATA_DIR, 'warehouse'))

export const noWarehouse = ({ DATA_DIR }: Config): string =>
  `There is nothing in ${DATA_DIR}: start the demo first, or set DATA_DIR (of the music shop: .data-music) or CLICKHOUSE_URL.\n`

const never = new Promise<void>(() => {})
const IN_USE_TRIES_MAX = 10
const IN_USE_WAIT_MS = 500

type Named = Partial<Omit<Running, 'pid'>>

function namedStores({ CLICKHOUSE_URL, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD, REDIS_URL }: Config): Named {
  return {
    ...(CLICKHOUSE_URL && {
      clickhouse: { url: CLICKHOUSE_URL, username: CLICKHOUSE_USER, password: CLICKHOUSE_PASSWORD }
    }),
    ...(REDIS_URL && { redis_url: REDIS_URL })
  }
}

async function startStores(config: Config, named: Named, log?: (line: string) => void): Promise<Stores> {
  const dir = resolve(config.DATA_DIR)
  await mkdir(dir, { recursive: true })
  const password = randomBytes(18).toString('base64url')
  const warehouse = named.clickhouse
    ? undefined
    : await startOwnWarehouse({
        dataDir: join(dir, 'warehouse'),
        user: 'default',
        password,
        ...(config.ANALYSTS && { analysts: config.ANALYSTS }),
        ...(log && { log })
      })
  const redis = named.redis_url ? undefined : await startRedis({})
  const services = {
    clickhouse: named.clickhouse ?? { url: warehouse?.url ?? '', username: 'default', password },
    redis_url: named.redis_url ?? redis?.url ?? ''
  }
  const file = runningFile(dir)
  await writeFile(file, JSON.stringify({ pid: process.pid, ...services } satisfies Running), { mode: 0o600 })
  return {
    ...services,
    owned: true,
    ended: warehouse?.ended ?? never,
    async close() {
      await rm(file, { force: true })
      await Promise.all([redis?.close(), warehouse?.close()])
    }
  }
}

/** After a crash the one before may need a moment to notice, and to let go of the directory. */
async function startOwnWarehouse(options: Parameters<typeof startWarehouse>[0]) {
  for (let tries = 1; ; tries++) {
    try {
      const warehouse = await startWarehouse(options)
      setPriority(warehouse.pid, BACKGROUND_PRIORITY)
      return warehouse
    } catch (error) {
      if (tries === IN_USE_TRIES_MAX || !String(error).includes('in use by another process')) throw error
      await sleep(IN_USE_WAIT_MS)
    }
  }
}

/** What another process runs for this directory. The file of a process that is gone is left behind and ignored. */
async function readRunning(dataDir: string): Promise<Omit<Running, 'pid'> | undefined> {
  const text = await readFile(runningFile(resolve(dataDir)), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const running: unknown = JSON.parse(text)
  if (!Value.Check(Running, running)) return undefined
  const { pid, ...services } = running
  const answers = await fetch(`${services.clickhouse.url}/ping`, {
    signal: AbortSignal.timeout(2_000)
  }).catch(() => undefined)
  return isAlive(pid) && answers?.ok ? services : undefined
}

const runningFile = (dir: string): string => join(dir, 'embedded.json')

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
