import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { residentMb } from '../measure/memory.ts'
import { cpuSecondsOf, residentMbOf } from '../measure/process.ts'

const ROOT = join(import.meta.dirname, '../..')
const LOOK_MS = 100
const STALLED_MS = 60_000
const PROFILES_MS_MAX = 600_000

export type PipelineFigures = {
  per_s: number
  /** Events a second until the live profiles, which come second, know all of them, too. */
  profiles_per_s: number
  ingest_cpu_us: number
  profiles_cpu_us: number
  warehouse_cpu_us: number
  /** Of ingest, its process of live profiles and the warehouse together. */
  rss_mb_max: number
  /** Of ingest and its process of live profiles: half way through, and at the end. */
  ingest_mb: { halfway: number; end: number }
}

/** The real `ingest/main.ts`, from the first stored block to the last: events that are queryable, a second. */
export async function measurePipeline(options: {
  events: number
  environment: Record<string, string>
  clickhouse: ClickHouseClient
  warehousePid: number
  dir: string
  metricsPort: number
}): Promise<PipelineFigures> {
  const { events, environment, clickhouse, warehousePid, dir, metricsPort } = options
  const out = createWriteStream(join(dir, 'ingest.log'))
  const ingest = spawn(process.execPath, ['ingest/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...environment, INGEST_METRICS_PORT: String(metricsPort) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  ingest.stdout?.pipe(out)
  ingest.stderr?.pipe(out)
  const pid = ingest.pid ?? 0
  let first: ({ stored: number; atMs: number } & Cpu) | undefined
  let stored = 0
  let movedAtMs = performance.now()
  let rss_mb_max = 0
  let halfway = 0
  let last = 0
  try {
    while (stored < events) {
      await sleep(LOOK_MS)
      if (ingest.exitCode !== null) throw new Error(`ingest ended: see ${join(dir, 'ingest.log')}`)
      const before = stored
      stored = await countRecords(clickhouse)
      if (stored > before) movedAtMs = performance.now()
      if (performance.now() - movedAtMs > STALLED_MS)
        throw new Error(`nothing was stored for ${STALLED_MS / 1_000} s`)
      if (stored === 0) continue
      first ??= { stored, atMs: performance.now(), ...(await readCpu()) }
      const ingestMb = await residentMb(pid)
      rss_mb_max = Math.max(rss_mb_max, ingestMb + (await residentMbOf(warehousePid)))
      if (stored < events / 2) halfway = ingestMb
      last = ingestMb
      process.stderr.write(
        `\rstored ${stored.toLocaleString('en')} of ${events.toLocaleString('en')} events `
      )
    }
    if (!first) throw new Error('nothing was stored')
    const counted = stored - first.stored
    const cpu = await readCpu()
    const per_s = rateSince(first.atMs)
    process.stderr.write('\nall stored, waiting for the live profiles')
    await profilesKnowAll(metricsPort)
    const profiles_per_s = rateSince(first.atMs)
    return {
      per_s,
      profiles_per_s,
      ingest_cpu_us: ((cpu.ingestCpu - first.ingestCpu) / counted) * 1e6,
      // From their start to their end: they are at another place in the log.
      profiles_cpu_us: ((await readCpu()).profilesCpu / events) * 1e6,
      warehouse_cpu_us: ((cpu.warehouseCpu - first.warehouseCpu) / counted) * 1e6,
      rss_mb_max: Math.round(rss_mb_max),
      ingest_mb: { halfway: Math.round(halfway), end: Math.round(last) }
    }

    function rateSince(startMs: number): number {
      return Math.round((counted / (performance.now() - startMs)) * 1_000)
    }
  } finally {
    process.stderr.write('\n')
    if (ingest.exitCode === null && ingest.kill('SIGTERM')) await once(ingest, 'exit')
    out.end()
  }

  async function readCpu(): Promise<Cpu> {
    return {
      ingestCpu: await cpuSecondsOf(pid),
      profilesCpu: await cpuSecondsOf(await profilesPidOf(pid)),
      warehouseCpu: await cpuSecondsOf(warehousePid)
    }
  }
}

type Cpu = { ingestCpu: number; profilesCpu: number; warehouseCpu: number }

/** Ingest's only child; 0 without /proc. */
async function profilesPidOf(pid: number): Promise<number> {
  return Number.parseInt(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '0'))
}

async function profilesKnowAll(metricsPort: number): Promise<void> {
  const deadline = performance.now() + PROFILES_MS_MAX
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    const lags = [...text.matchAll(/^flipside_ingest_lag_records\{group="flipside-profiles".* (\d+)$/gm)]
    if (lags.length > 0 && lags.every(([, records]) => records === '0')) return
    if (performance.now() > deadline) throw new Error('the live profiles never came to the end of the log')
    await sleep(LOOK_MS)
  }
}

/** A block is recorded after its rows and views, so what is counted here can be queried. */
async function countRecords(clickhouse: ClickHouseClient): Promise<number> {
  const query = `SELECT sum(records) AS records FROM ops.ingest_blocks`
  const answer = await clickhouse.query({ query, format: 'JSONEachRow' }).catch(() => undefined)
  const [row] = (await answer?.json<{ records: string }>()) ?? []
  return Number(row?.records ?? 0)
}
