import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import autocannon from 'autocannon'
import { startRedis } from '../../embedded/redis.ts'
import { batchesOfEvents } from './event-mix.ts'

const ROOT = join(import.meta.dirname, '../..')
const KEY = 'bench'
const BATCH_EVENTS = 50
const CONNECTIONS = 8
const WARM_UP_S = 4
const START_MS_MAX = 30_000

export type CollectorFigures = { collector_per_s: number; cpu_us_per_event: number }

/**
 * The collector alone: batches of 50 through the real route into the embedded log, on one core where `taskset` can pin
 * it. Events a second, and the CPU time of the whole process for each, garbage collection and disk included: that
 * counts the same while others use the machine.
 */
export async function measureCollector({ seconds = 8 } = {}): Promise<CollectorFigures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'flipside-collector-'))
  const redis = await startRedis()
  const api = startApi({ dataDir, redisUrl: redis.url })
  try {
    const url = await addressOf(api)
    const batches = batchesOfEvents({ batches: 40, events: BATCH_EVENTS })
    await sendFor(url, batches, WARM_UP_S)
    const before = await cpuSecondsOf(url)
    const { events, seconds: took } = await sendFor(url, batches, seconds)
    const cpuSeconds = (await cpuSecondsOf(url)) - before
    return {
      collector_per_s: Math.round(events / took),
      cpu_us_per_event: Number(((cpuSeconds * 1e6) / events).toFixed(2))
    }
  } finally {
    if (api.exitCode === null && api.kill('SIGTERM')) await once(api, 'exit')
    await redis.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function startApi({ dataDir, redisUrl }: { dataDir: string; redisUrl: string }): ChildProcess {
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', 'api/main.ts']
  const pin = spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : []
  const [program = '', ...args] = [...pin, ...command]
  return spawn(program, args, {
    cwd: ROOT,
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      REDIS_URL: redisUrl,
      // Nobody asks it for sales here.
      CLICKHOUSE_URL: 'http://127.0.0.1:9',
      KAFKA_BROKERS: '',
      HOST: '127.0.0.1',
      PORT: '0',
      SERVER_KEY: KEY,
      SERVER_EVENTS_PER_SECOND: '1000000',
      LOG_LEVEL: 'info'
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc']
  })
}

/** From the line that tells where the page is. */
async function addressOf(api: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const timer = setTimeout(() => reject(new Error('the API did not start')), START_MS_MAX)
  api.once('exit', (code) => reject(new Error(`the API ended with code ${String(code)}`)))
  if (!api.stdout) throw new Error('the output of the API is not piped')
  createInterface({ input: api.stdout }).on('line', (line) => {
    const [, address] = /are at (http:\/\/[\d.:]+)/.exec(line) ?? []
    if (address) resolve(address)
  })
  return promise.finally(() => clearTimeout(timer))
}

async function sendFor(url: string, batches: readonly string[], seconds: number) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` }
  const requests = batches.map((body) => ({ method: 'POST' as const, path: '/v1/events', headers, body }))
  const result = await autocannon({ url, connections: CONNECTIONS, duration: seconds, requests })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0) throw new Error(`the collector failed ${failed} requests`)
  return { events: result['2xx'] * BATCH_EVENTS, seconds: result.duration }
}

async function cpuSecondsOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1])
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await measureCollector())}\n`)
