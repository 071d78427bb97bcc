import { createClient } from '@clickhouse/client'
import { openStores } from '../embedded/stores.ts'
import { readReplay } from '../embedded/shops/online-retail/replay.ts'
import { readConfig } from '../models/contracts/config.ts'
import { startDemo } from './measure/demo-process.ts'
import { watchMemory } from './measure/memory.ts'

export const help = `The demo from an empty folder: seconds until the year is stored, and memory of all its processes together.

Starts the demo with the original dates in a temporary folder on a free port, and stops it when the page is up.
Needs nothing but npm ci. rss_mb_max is the sum of the processes' resident sets (Linux; null elsewhere), so pages that
they share count several times.`

export async function run(): Promise<Record<string, unknown>> {
  const startedAtMs = performance.now()
  const demo = await startDemo()
  const memory = watchMemory(demo.pid)
  try {
    const replay_s = await demo.storedSeconds
    await demo.url
    const up_s = Number(((performance.now() - startedAtMs) / 1000).toFixed(1))
    const lines = (await readReplay(demo.dataDir))?.lines ?? null
    const figures = {
      lines,
      ...(await readHeld(demo.dataDir)),
      replay_s,
      up_s,
      rss_mb_max: await memory.stop()
    }
    for (const [name, figure] of Object.entries(figures))
      process.stdout.write(`${name.padEnd(12)} ${String(figure)}\n`)
    return figures
  } finally {
    await demo.stop()
  }
}

async function readHeld(dataDir: string): Promise<Record<'stored' | 'rejected' | 'net_amount', unknown>> {
  const stores = await openStores(readConfig({ DATA_DIR: dataDir }))
  const clickhouse = createClient(stores.clickhouse)
  const result = await clickhouse.query({
    query: `SELECT
      toUInt32((SELECT count() FROM mart.order_lines) + (SELECT countIf(line_id > 0) FROM mart.stock_movements)) AS stored,
      toUInt32((SELECT count() FROM raw.rejected)) AS rejected,
      toString((SELECT sum(amount) FROM mart.order_lines)) AS net_amount`,
    format: 'JSONEachRow'
  })
  const [held] = await result.json<Record<'stored' | 'rejected' | 'net_amount', unknown>>()
  await clickhouse.close()
  if (!held) throw new Error('the warehouse gave no figures')
  return held
}
