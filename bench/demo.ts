import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createClient } from '@clickhouse/client'
import { openStores } from '../embedded/stores.ts'
import { readReplay } from '../embedded/shops/online-retail/replay.ts'
import { readConfig } from '../models/contracts/config.ts'
import { watchMemory } from './memory.ts'

export const help = `The demo from an empty folder: seconds until the year is stored, and memory of all its processes together.

Starts npm run demo -- --dates original in a new temporary folder on a free port, and stops it when the page is up.
Needs nothing but npm ci. Memory is the sum of the processes' resident sets (Linux; null elsewhere), so pages that
they share count several times.`

export async function run(): Promise<Record<string, unknown>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'flipside-bench-'))
  const startedAtMs = performance.now()
  const demo = startDemo(dataDir, await freePort())
  const memory = watchMemory(demo.child.pid ?? 0)
  try {
    const stored_s = await demo.stored
    const url = await demo.url
    const up_s = (performance.now() - startedAtMs) / 1000
    const held = await readHeld(dataDir)
    const figures = {
      lines: (await readReplay(dataDir))?.lines ?? null,
      ...held,
      replay_s: Number(stored_s),
      up_s: Number(up_s.toFixed(1)),
      rss_mb_max: await memory.stop()
    }
    process.stdout.write(`page up at ${url}\n`)
    for (const [name, figure] of Object.entries(figures))
      process.stdout.write(`${name.padEnd(12)} ${String(figure)}\n`)
    return figures
  } finally {
    demo.child.kill('SIGINT')
    await once(demo.child, 'exit')
    await rm(dataDir, { recursive: true, force: true })
  }
}

function startDemo(
  dataDir: string,
  port: number
): { child: ChildProcess; stored: Promise<string>; url: Promise<string> } {
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=4', 'embedded/main.ts', '--dates', 'original'],
    {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, DATA_DIR: dataDir, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  const died = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`the demo ended with code ${String(code)}`))
  )
  died.catch(() => {})
  const lineOf = async (stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> => {
    const lines = createInterface({ input: stream })
    return new Promise((resolve) => {
      lines.on('line', (line) => {
        if (stream === child.stderr) process.stderr.write(`${line}\n`)
        const match = pattern.exec(line)
        if (match) resolve(match[1] ?? line)
      })
    })
  }
  return {
    child,
    stored: Promise.race([lineOf(child.stderr, /all stored after ([\d.]+) s/), died]),
    url: Promise.race([lineOf(child.stdout, /^(http.*)$/), died])
  }
}

async function readHeld(dataDir: string): Promise<{ stored: number; rejected: number; net_amount: string }> {
  const services = await openStores(readConfig({ DATA_DIR: dataDir }))
  const clickhouse = createClient(services.clickhouse)
  const result = await clickhouse.query({
    query: `SELECT
      toUInt32((SELECT count() FROM mart.order_lines) + (SELECT countIf(line_id > 0) FROM mart.stock_movements)) AS stored,
      toUInt32((SELECT count() FROM raw.rejected)) AS rejected,
      toString((SELECT sum(amount) FROM mart.order_lines)) AS net_amount`,
    format: 'JSONEachRow'
  })
  const [held] = await result.json<{ stored: number; rejected: number; net_amount: string }>()
  await clickhouse.close()
  if (!held) throw new Error('the warehouse gave no figures')
  return held
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
