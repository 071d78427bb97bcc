import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startDemo } from './measure/demo-process.ts'
import { askAtFullSpeed, askAtRate } from './measure/load.ts'
import { watchMemory } from './measure/memory.ts'

export const help = `Recommendations under load: latency at 200 requests a second, and requests a second at full speed.

Starts the demo in a temporary folder (or takes a running one: --url http://127.0.0.1:8080), then asks
/v1/recommendations for customers, guests, products and baskets in turn:
  1. open loop, --rate (200) requests a second for --seconds (30): p50_ms, p99_ms, measured from the moment at which a
     request was due;
  2. 16 connections at full speed for 10 s: requests_per_s; the same against a bare Fastify route in a process of its own
     that answers a constant of the same size: bare_per_s; ratio is the first by the second.
rss_mb_max is the demo with all its processes (null with --url). The load runs on the same machine and takes its share.`

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      rate: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '30' }
    }
  })
  const demo = values.url === undefined ? await startDemo() : undefined
  try {
    const url = (await demo?.url) ?? values.url ?? ''
    const memory = demo && watchMemory(demo.pid)
    const paths = await choosePaths(url)
    process.stderr.write(
      `${paths.length} different requests, ${values.rate} a second for ${values.seconds} s\n`
    )
    await askAtRate(url, paths, { ratePerS: 100, seconds: 3 })
    const paced = await askAtRate(url, paths, {
      ratePerS: Number(values.rate),
      seconds: Number(values.seconds)
    })
    process.stderr.write('full speed\n')
    const requests_per_s = await askAtFullSpeed(url, paths)
    const bare_per_s = await measureBare((await (await fetch(url + paths[0])).text()).length)
    const figures = {
      requests_per_s,
      bare_per_s,
      ratio: Number((requests_per_s / bare_per_s).toFixed(3)),
      ...paced,
      rss_mb_max: memory ? await memory.stop() : null
    }
    for (const [name, figure] of Object.entries(figures))
      process.stdout.write(`${name.padEnd(16)} ${String(figure)}\n`)
    return figures
  } finally {
    await demo?.stop()
  }
}

/** Customers with their history, guests, product pages and baskets, in turn. */
async function choosePaths(url: string): Promise<string[]> {
  const customers = await listOf<{ customer_id: string }>(`${url}/v1/customers?limit=50`)
  const products = await listOf<{ product_id: string }>(`${url}/v1/products?limit=50`)
  return customers.flatMap(({ customer_id }, i) => {
    const [one, two] = [i, i + 7].map((place) => products[place % products.length]?.product_id ?? '')
    return [
      `user_id=${customer_id}`,
      `anonymous_id=guest-${i}`,
      `product_id=${one}`,
      `basket=${one},${two}&user_id=${customer_id}`
    ].map((query) => `/v1/recommendations?limit=10&${query}`)
  })
}

async function listOf<Item>(url: string): Promise<Item[]> {
  const { items } = (await (await fetch(url)).json()) as { items: Item[] }
  return items
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
