import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '../..')
const PROBES = 200
const PROBE_GAP_MS = 50
const LOOK_AGAIN_MS = 5
const PROBE_MS_MAX = 10_000
const READY_MS_MAX = 120_000
const BROWSER_KEY = 'browser'

export type LagFigures = { lag_p50_ms: number; lag_p95_ms: number; lag_max_ms: number }

/**
 * From `product_viewed`, as it is sent to the collector, to an answer of `/v1/recommendations` that knows of it: the
 * whole way through Kafka, ingest's live profiles, the serving store and the API. What the warehouse holds is fitted
 * and published first; the events come one by one, from guests who were never there before.
 */
export async function measureLag(options: {
  environment: Record<string, string>
  dir: string
  port: number
}): Promise<LagFigures> {
  const environment = { ...options.environment, BROWSER_KEY, PORT: String(options.port) }
  const url = `http://127.0.0.1:${options.port}`
  const start = (name: string, args: string[]) =>
    startProcess(args, environment, join(options.dir, `${name}.log`))
  const jobs = start('jobs', ['jobs/main.ts', 'all'])
  const [code] = (await once(jobs, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`the jobs ended with code ${String(code)}: see ${options.dir}`)
  const children = [start('ingest-live', ['ingest/main.ts']), start('api', ['api/main.ts'])]
  try {
    await waitUntil('the API to serve', async () => (await fetch(`${url}/ready`)).ok)
    const products = await readPopular(url)
    // Until the consumer has joined and is at the log's end.
    await probe(url, products[0] ?? '', READY_MS_MAX)
    const lagsMs: number[] = []
    for (let i = 0; i < PROBES; i++) {
      lagsMs.push(await probe(url, products[i % products.length] ?? '', PROBE_MS_MAX))
      await sleep(PROBE_GAP_MS)
    }
    lagsMs.sort((a, b) => a - b)
    const quantile = (share: number) => Math.round(lagsMs[Math.ceil(share * lagsMs.length) - 1] ?? NaN)
    return { lag_p50_ms: quantile(0.5), lag_p95_ms: quantile(0.95), lag_max_ms: quantile(1) }
  } finally {
    for (const child of children)
      if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit')
  }
}

/** Milliseconds until a new guest's view of the product is the reason of something recommended to them. */
async function probe(url: string, product_id: string, msMax: number): Promise<number> {
  const anonymous_id = `probe-${randomUUID()}`
  const event = {
    type: 'product_viewed',
    event_id: randomUUID(),
    occurred_at: new Date().toISOString(),
    anonymous_id,
    product_id
  }
  const startedAtMs = performance.now()
  const answer = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BROWSER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(event)
  })
  if (answer.status !== 202) throw new Error(`the collector answered ${answer.status}`)
  for (;;) {
    const { items } = await ask(`${url}/v1/recommendations?anonymous_id=${anonymous_id}&limit=10`)
    const tookMs = performance.now() - startedAtMs
    if (items.some((item) => item.reason.code === 'because_you_viewed')) return tookMs
    if (tookMs > msMax) throw new Error(`no recommendation knew of a view of ${product_id} after ${msMax} ms`)
    await sleep(LOOK_AGAIN_MS)
  }
}

async function readPopular(url: string): Promise<string[]> {
  const { items } = await ask(`${url}/v1/recommendations?anonymous_id=nobody&limit=10`)
  if (items.length === 0) throw new Error('nothing is recommended to a new guest')
  return items.map((item) => item.product_id)
}

type Answer = { items: { product_id: string; reason: { code: string } }[] }

const ask = async (address: string): Promise<Answer> => (await (await fetch(address)).json()) as Answer

async function waitUntil(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX
  while (!(await isTrue().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`waited ${READY_MS_MAX / 1_000} s for ${what}`)
    await sleep(100)
  }
}

function startProcess(args: string[], environment: Record<string, string>, logFile: string): ChildProcess {
  const out = createWriteStream(logFile)
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  child.stdout?.pipe(out, { end: false })
  child.stderr?.pipe(out, { end: false })
  return child
}
