import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createClient } from '@clickhouse/client'
import { openStores } from '../embedded/stores.ts'
import { readConfig } from '../models/contracts/config.ts'
import { startDemo } from './measure/demo-process.ts'
import { askAtFullSpeed, askAtRate } from './measure/load.ts'
import { watchMemory } from './measure/memory.ts'

export const help = `Recommendations under load: latency at 200 requests a second, and requests a second at full speed.

Starts the demo in a temporary folder, then asks /v1/recommendations for 500 customers drawn evenly from all, guests,
product pages and baskets in turn:
  1. open loop, --rate (200) requests a second, 15 s to warm up and then --seconds (30) that count: p50_ms, p99_ms, from
     the moment at which a request was due;
  2. 16 connections at full speed for 10 s: requests_per_s; the same against a bare Fastify route in a process of its own
     that answers a constant of the same size: bare_per_s; ratio is the first by the second.
rss_mb_max is the demo with all its processes. The load runs on the same machine and takes its share, and so do ingest and
the warehouse, which store what was served. Needs nothing but npm ci.`

const WARM_UP_S = 15

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: { rate: { type: 'string', default: '200' }, seconds: { type: 'string', default: '30' } }
  })
  const demo = await startDemo()
  try {
    const url = await demo.url
    const memory = watchMemory(demo.pid)
    const paths = await choosePaths(demo.dataDir)
    process.stderr.write(
      `${paths.length} different requests, ${values.rate} a second for ${values.seconds} s\n`
    )
    await askAtRate(url, paths, { ratePerS: Number(values.rate), seconds: WARM_UP_S })
    const paced = await askAtRate(url, paths, {
      ratePerS: Number(values.rate),
      seconds: Number(values.seconds)
    })
    process.stderr.write('full speed\n')
    const requests_per_s = await askAtFullSpeed(url, paths)
    const bare_per_s = await measureBare((await (await fetch(url + paths[0])).text()).length)
    const ratio = Number((requests_per_s / bare_per_s).toFixed(3))
    const figures = { requests_per_s, bare_per_s, ratio, ...paced, rss_mb_max: await memory.stop() }
    for (const [name, figure] of Object.entries(figures))
      process.stdout.write(`${name.padEnd(16)} ${String(figure)}\n`)
    return figures
  } finally {
    await demo.stop()
  }
}

async function choosePaths(dataDir: string): Promise<string[]> {
  const stores = await openStores(readConfig({ DATA_DIR: dataDir }))
  const clickhouse = createClient(stores.clickhouse)
  const idsOf = async (query: string) => {
    const result = await clickhouse.query({ query, format: 'JSONCompactEachRow' })
    return (await result.json<[string]>()).map(([id]) => id)
  }
  // Hashes draw evenly, and the same on every run.
  const customers = await idsOf(
    'SELECT customer_id FROM mart.customers ORDER BY cityHash64(customer_id) LIMIT 500'
  )
  const products = await idsOf(
    'SELECT product_id FROM mart.products ORDER BY cityHash64(product_id) LIMIT 500'
  )
  await clickhouse.close()
  return customers.flatMap((customer_id, i) => {
    const [one, two] = [i, i + 7].map((place) => products[place % products.length] ?? '')
    return [
      `user_id=${customer_id}`,
      `anonymous_id=guest-${i}`,
      `product_id=${one}`,
      `basket=${one},${two}&user_id=${customer_id}`
    ].map((query) => `/v1/recommendations?limit=10&${query}`)
  })
}

async function measureBare(bytes: number): Promise<number> {
  const script = fileURLToPath(new URL('./measure/bare-server.ts', import.meta.url))
  const server = spawn(process.execPath, [script, String(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc']
  })
  try {
    const [line] = (await once(server.stdout ?? server, 'data')) as [Buffer]
    return await askAtFullSpeed(line.toString().trim(), ['/'])
  } finally {
    server.kill()
  }
}
