import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { cpuSecondsOf, residentMbOf } from '../measure/process.ts'

const ROOT = join(import.meta.dirname, '../..')
const LOOK_MS = 100
const STALLED_MS = 60_000

export type PipelineFigures = {
  per_s: number
  ingest_cpu_us: number
  warehouse_cpu_us: number
  rss_mb_max: number
  /** Of the ingest process alone: half way through, and at the end. */
  ingest_mb: { halfway: number; end: number }
}

/** The real `ingest/main.ts`, from the first stored block to the last: events that are queryable, a second. */
export async function measurePipeline(options: {
  events: number
  environment: Record<string, string>
  clickhouse: ClickHouseClient
  warehousePid: number
  dir: string
}): Promise<PipelineFigures> {
  const { events, environment, clickhouse, warehousePid, dir } = options
  const out = createWriteStream(join(dir, 'ingest.log'))
  const ingest = spawn(process.execPath, ['ingest/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  ingest.stdout?.pipe(out)
  ingest.stderr?.pipe(out)
  const pid = ingest.pid ?? 0
  let first: { stored: number; atMs: number; ingestCpu: number; warehouseCpu: number } | undefined
  let stored = 0
  let movedAtMs = performance.now()
  let rss_mb_max = 0
  let halfway = 0
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
      const ingestMb = await residentMbOf(pid)
      rss_mb_max = Math.max(rss_mb_max, ingestMb + (await residentMbOf(warehousePid)))
      if (stored < events / 2) halfway = ingestMb
      process.stderr.write(
        `\rstored ${stored.toLocaleString('en')} of ${events.toLocaleString('en')} events `
      )
    }
    if (!first) throw new Error('nothing was stored')
    const counted = stored - first.stored
    const cpu = await readCpu()
    return {
      per_s: Math.round((counted / (performance.now() - first.atMs)) * 1_000),
      ingest_cpu_us: ((cpu.ingestCpu - first.ingestCpu) / counted) * 1e6,
      warehouse_cpu_us: ((cpu.warehouseCpu - first.warehouseCpu) / counted) * 1e6,
      rss_mb_max: Math.round(rss_mb_max),
      ingest_mb: { halfway: Math.round(halfway), end: Math.round(await residentMbOf(pid)) }
    }
  } finally {
    process.stderr.write('\n')
    if (ingest.exitCode === null && ingest.kill('SIGTERM')) await once(ingest, 'exit')
    out.end()
  }

  async function readCpu() {
    return { ingestCpu: await cpuSecondsOf(pid), warehouseCpu: await cpuSecondsOf(warehousePid) }
  }
}

/** A block is recorded after its rows and views, so what is counted here can be queried. */
async function countRecords(clickhouse: ClickHouseClient): Promise<number> {
  const query = `SELECT sum(records) AS records FROM ops.ingest_blocks`
  const answer = await clickhouse.query({ query, format: 'JSONEachRow' }).catch(() => undefined)
  const [row] = (await answer?.json<{ records: string }>()) ?? []
  return Number(row?.records ?? 0)
}
