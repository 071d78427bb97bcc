import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { showProgress } from '../jobs/progress.ts'
import { readConfig } from '../models/contracts/config.ts'
import { runChild, startChild, type Child } from './children.ts'
import { demoShops, readDemoOptions } from './demo-options.ts'
import { openStores } from './stores.ts'
import type { LoadShopOptions } from './shops/demo-shop.ts'

const [ONLINE_RETAIL, MUSIC] = demoShops()

const ANALYST = 'analyst'

const HELP = `npm run demo [-- --dates original]
npm run demo -- music [options]

Runs a shop through the whole pipeline on this machine, with nothing installed, and serves its storefront. A second start
goes on from where the first one stopped.

Without a name: a real shop's year (UCI Online Retail, 541,909 order lines).

${ONLINE_RETAIL.help}
music: a simulated record shop with a real catalogue (Chinook). Some weeks of history first, then it goes on in real time.

${MUSIC.help}
Settings come from the environment: HOST (127.0.0.1), PORT (8080; 0 for any), DATA_DIR (${ONLINE_RETAIL.dataDir}, of music ${MUSIC.dataDir}; remove
it to start afresh; its logs folder has what each process says), ANALYSTS (who may read the marts; unset: one called
${ANALYST}), and CLICKHOUSE_URL, REDIS_URL, KAFKA_BROKERS to use real
services in place of the embedded ones.
`

const STALLED_MS = 60_000

const options = readDemoOptions(process.argv.slice(2))
if (!options.ok) {
  const { problem } = options
  if (problem === undefined) process.stdout.write(HELP)
  else process.stderr.write(`${problem}\n\n${HELP}`)
  process.exit(problem === undefined ? 0 : 2)
}

const { shop } = options
const dataDir = resolve(process.env['DATA_DIR'] || shop.dataDir)
const config = { ...readConfig(process.env), DATA_DIR: dataDir }
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
  refuseOtherShop()
  await mkdir(logDir, { recursive: true })
  const port = await findPort()
  url = `http://${config.HOST}:${port}`
  const warehouseLog = createWriteStream(join(logDir, 'warehouse.log'), { flags: 'a' })
  const analystPassword = await readSecret('analyst.password')
  const analysts = config.ANALYSTS ?? `${ANALYST}:${analystPassword}`
  const stores = await openStores({ ...config, ANALYSTS: analysts }, (line) =>
    warehouseLog.write(`${line}\n`)
  )
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
    SERVER_KEY: config.SERVER_KEY ?? (await readSecret('server.key')),
    ADMIN_KEY: config.ADMIN_KEY ?? (await readSecret('admin.key'))
  }
  await writeFile(join(dataDir, 'shop.json'), JSON.stringify(await shop.describe(dataDir), null, 2))
  const options = { logDir, environment, failed: (error: Error) => void stop(1, error) }
  children.push(
    startChild('ingest', ['ingest/main.ts'], { ...options, background: true }),
    startChild('api', ['api/main.ts'], options)
  )
  await waitFor('the API', async () => (await fetch(`${url}/health`)).ok)

  const loading: LoadShopOptions = {
    dataDir,
    logDir,
    clickhouse: stores.clickhouse,
    url,
    server_key: environment.SERVER_KEY,
    admin_key: environment.ADMIN_KEY,
    stopped: stopped.signal,
    progress
  }
  const loaded = await shop.load(loading)
  const loadedMs = performance.now() - startedAtMs
  await runChild(['jobs/main.ts', 'all'], environment)
  children.push(startChild('jobs', ['jobs/main.ts', 'schedule'], { ...options, background: true }))
  await waitFor('what the jobs published', async () => (await fetch(`${url}/ready`)).ok)
  const verify = shop.recordFile === ONLINE_RETAIL.recordFile ? '' : `DATA_DIR=${dataDir} `
  process.stderr.write(
    `${loaded}, all stored after ${(loadedMs / 1000).toFixed(1)} s.\n` +
      `Ctrl-C stops; what is stored stays. \`${verify}npm run verify\` in another terminal checks every total.\n${describeAnalyst(stores.clickhouse.url)}\n`
  )
  process.stdout.write(`${url}\n`)
  await shop.goOn?.(loading)
}

/** How to look into the marts. A real warehouse has users of its own: see docs/analysts.md. */
function describeAnalyst(warehouse: string): string {
  if (config.CLICKHOUSE_URL) return ''
  const who = config.ANALYSTS
    ? 'as the setting ANALYSTS says'
    : `user ${ANALYST}, password in ${join(dataDir, 'analyst.password')}`
  return `Analysts read the marts at ${warehouse} (ClickHouse over HTTP; ${who}; see docs/analysts.md).\n`
}

/** Two shops in one folder would be one shop that never was. */
function refuseOtherShop(): void {
  for (const other of demoShops()) {
    if (other.recordFile === shop.recordFile || !existsSync(join(dataDir, other.recordFile))) continue
    throw new Error(
      `${dataDir} holds another shop (${other.recordFile}): set DATA_DIR to a folder of its own, or remove it`
    )
  }
}

async function waitFor(what: string, answers: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + STALLED_MS
  while (!(await answers().catch(() => false))) {
    if (performance.now() > deadline)
      throw new Error(`${what} did not come up in ${STALLED_MS / 1000} s: see ${logDir}`)
    await sleep(100, undefined, { signal: stopped.signal })
  }
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

/** Made once for a data directory: who may send orders, stock and customers, who may issue keys, who may read marts. */
async function readSecret(name: 'server.key' | 'admin.key' | 'analyst.password'): Promise<string> {
  const path = join(dataDir, name)
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
