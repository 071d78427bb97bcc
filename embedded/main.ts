import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import { showProgress } from '../jobs/progress.ts'
import { readConfig } from '../models/contracts/config.ts'
import type { ReplayRecord } from '../models/contracts/replay.ts'
import { runChild, startChild, type Child } from './children.ts'
import { openStores, type Stores } from './stores.ts'
import { ONLINE_RETAIL_LINES } from './shops/online-retail/lines.ts'
import { readReplay, replayOnlineRetail, wholeWeeksUntil } from './shops/online-retail/replay.ts'
import { describeShop } from './shops/online-retail/shop.ts'

const HELP = `npm run demo [-- --dates original]

Replays a real shop's year (UCI Online Retail, 541,909 order lines) through the whole pipeline on this machine, with
nothing installed, and serves its storefront. A second start goes on from where the first one stopped.

  --dates moved      all dates move by whole weeks so that the year ends last week (default)
  --dates original   December 2010 to December 2011, as in the file

Settings come from the environment: HOST (127.0.0.1), PORT (8080; 0 for any), DATA_DIR (.data; remove
it to start afresh; its logs folder has what each process says), and CLICKHOUSE_URL, REDIS_URL, KAFKA_BROKERS to use real
services in place of the embedded ones.
`

type ClickHouseAccess = Stores['clickhouse']
const STALLED_MS = 60_000

const values = readOptions()
if (values.help || !['moved', 'original'].includes(values.dates)) {
  process.stdout.write(HELP)
  process.exit(values.help ? 0 : 2)
}

const config = readConfig(process.env)
const dataDir = resolve(config.DATA_DIR)
const logDir = join(dataDir, 'logs')
let url = ''
const stopped = new AbortController()
const progress = showProgress()
const children: Child[] = []
const closing: (() => Promise<void>)[] = []
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))

try {
  await demo()
} catch (error) {
  if (!stopped.signal.aborted) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
    await stop(1)
  }
}

async function demo(): Promise<void> {
  const startedAtMs = performance.now()
  await mkdir(logDir, { recursive: true })
  const port = await findPort()
  url = `http://${config.HOST}:${port}`
  const warehouseLog = createWriteStream(join(logDir, 'warehouse.log'), { flags: 'a' })
  const stores = await openStores(config, (line) => warehouseLog.write(`${line}\n`))
  if (!stores.owned && !config.CLICKHOUSE_URL)
    throw new Error(`another process already runs the shop of ${dataDir}`)
  closing.push(stores.close)
  void stores.ended.then(() =>
    stop(1, new Error(`the warehouse ended: see ${join(logDir, 'warehouse.log')}`))
  )
  const environment = {
    CLICKHOUSE_URL: stores.clickhouse.url,
    CLICKHOUSE_USER: stores.clickhouse.username,
    CLICKHOUSE_PASSWORD: stores.clickhouse.password,
    REDIS_URL: stores.redis_url,
    DATA_DIR: dataDir,
    PORT: String(port),
    SERVER_KEY: config.SERVER_KEY ?? (await readServerKey())
  }
  const moved_days = await chooseMove()
  await writeFile(join(dataDir, 'shop.json'), JSON.stringify(describeShop(moved_days), null, 2))
  const options = { logDir, environment, failed: (error: Error) => void stop(1, error) }
  children.push(
    startChild('ingest', ['ingest/main.ts'], { ...options, background: true }),
    startChild('api', ['api/main.ts'], options)
  )
  await waitFor('the API', async () => (await fetch(`${url}/health`)).ok)

  const replayed = await replayYear(stores.clickhouse, environment.SERVER_KEY, moved_days)
  const replayMs = performance.now() - startedAtMs
  await runChild(['jobs/main.ts', 'all'], environment)
  children.push(startChild('jobs', ['jobs/main.ts', 'schedule'], { ...options, background: true }))
  await waitFor('what the jobs published', async () => (await fetch(`${url}/ready`)).ok)
  process.stderr.write(
    `${replayed.lines.toLocaleString('en')} lines, ${replayed.lines_rejected} rejected, all stored after ${(replayMs / 1000).toFixed(1)} s.\n` +
      'Ctrl-C stops; what is stored stays. `npm run verify` in another terminal checks every total.\n\n'
  )
  process.stdout.write(`${url}\n`)
}

function readOptions(): { dates: string; help: boolean } {
  try {
    return parseArgs({
      options: { dates: { type: 'string', default: 'moved' }, help: { type: 'boolean', default: false } }
    }).values
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n`)
    return { dates: '', help: false }
  }
}

/** Sends what is not sent yet, and shows how much of it the warehouse holds until it holds all. */
async function replayYear(access: ClickHouseAccess, key: string, moved_days: number): Promise<ReplayRecord> {
  let replayed: ReplayRecord | undefined
  const reading = (lines: number) => progress(lines, ONLINE_RETAIL_LINES, 'reading the shop’s file')
  const sending = replayOnlineRetail({ dataDir, moved_days, url, key, stopped: stopped.signal, reading })
  const watching = (async () => {
    const clickhouse = createClient({ ...access, log: { level: ClickHouseLogLevel.OFF } })
    let stored = 0
    let movedAtMs = performance.now()
    for (;;) {
      const before = stored
      stored = await countStoredLines(clickhouse)
      if (stored > before) movedAtMs = performance.now()
      if (stored > 0)
        progress(stored, ONLINE_RETAIL_LINES, `${stored.toLocaleString('en')} of the year’s lines stored`)
      if (replayed && stored >= replayed.lines - replayed.lines_rejected) return clickhouse.close()
      if (replayed && performance.now() - movedAtMs > STALLED_MS) {
        throw new Error(`no line was stored for ${STALLED_MS / 1000} s: see ${join(logDir, 'ingest.log')}`)
      }
      await sleep(300, undefined, { signal: stopped.signal })
    }
  })()
  await Promise.all([sending.then((record) => (replayed = record)), watching])
  return sending
}

async function countStoredLines(clickhouse: ClickHouseClient): Promise<number> {
  const query = `
    SELECT (SELECT count() FROM mart.order_lines) + (SELECT countIf(line_id > 0) FROM mart.stock_movements) AS lines`
  const result = await clickhouse.query({ query, format: 'JSONEachRow' }).catch(() => undefined)
  const [row] = (await result?.json<{ lines: string }>()) ?? []
  return Number(row?.lines ?? 0)
}

async function waitFor(what: string, answers: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + STALLED_MS
  while (!(await answers().catch(() => false))) {
    if (performance.now() > deadline)
      throw new Error(`${what} did not come up in ${STALLED_MS / 1000} s: see ${logDir}`)
    await sleep(100, undefined, { signal: stopped.signal })
  }
}

/** Dates are moved once: events that are stored already cannot move again. */
async function chooseMove(): Promise<number> {
  const wanted = values.dates === 'original' ? 0 : wholeWeeksUntil(new Date())
  const kept = (await readReplay(dataDir))?.moved_days
  if (kept !== undefined && (kept === 0) !== (wanted === 0)) {
    const how = kept === 0 ? 'original' : 'moved'
    process.stderr.write(
      `${dataDir} was loaded with ${how} dates and keeps them; remove it to start afresh.\n`
    )
  }
  return kept ?? wanted
}

/** Before anything is sent: whoever else listens there would be taken for the API. */
async function findPort(): Promise<number> {
  const server = createServer()
  server.listen(config.PORT, config.HOST)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new Error(
      `port ${config.PORT} of ${config.HOST} is taken: set PORT to a free one, or to 0 for any`,
      { cause: error }
    )
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : config.PORT
}

/** Made once for a data directory: who may send orders, stock and customers. */
async function readServerKey(): Promise<string> {
  const path = join(dataDir, 'server.key')
  const known = await readFile(path, 'utf8').catch(() => undefined)
  if (known) return known
  const made = randomBytes(24).toString('base64url')
  await writeFile(path, made, { mode: 0o600 })
  return made
}

/** Senders first, then readers, the stores last; a second signal changes nothing, because stopping is bounded. */
async function stop(code: number, error?: Error): Promise<void> {
  if (stopped.signal.aborted) return
  stopped.abort()
  process.stderr.write(error ? `\n${error.message}\n` : '\nstopping …\n')
  await Promise.allSettled(children.map((child) => child.stop()))
  await Promise.allSettled(closing.map((close) => close()))
  process.exit(code)
}
