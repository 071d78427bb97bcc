import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'

const FULL_SPEED_S = 10
const CONNECTIONS = 16

export type Paced = { p50_ms: number; p99_ms: number; max_ms: number; asked: number }

/**
 * Open loop: each request has its moment, and its latency counts from that moment, so that a slow answer does not hide
 * those that had to wait behind it. Rejects when any answer is not 200.
 */
export async function askAtRate(
  url: string,
  paths: string[],
  { ratePerS, seconds }: { ratePerS: number; seconds: number }
): Promise<Paced> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const latenciesMs: number[] = []
  const asked: Promise<void>[] = []
  const startMs = performance.now() + 100
  for (let i = 0; i < ratePerS * seconds; i++) {
    const dueMs = startMs + (i * 1000) / ratePerS
    const waitMs = dueMs - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    const path = paths[i % paths.length] ?? '/'
    asked.push(ask(url + path, agent).then(() => void latenciesMs.push(performance.now() - dueMs)))
  }
  await Promise.all(asked)
  agent.destroy()
  const sorted = latenciesMs.toSorted((a, b) => a - b)
  const quantile = (share: number) => Number((sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(2))
  return { p50_ms: quantile(0.5), p99_ms: quantile(0.99), max_ms: quantile(1), asked: sorted.length }
}

function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      answer.resume()
      answer.on('error', reject)
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve()
        else reject(new Error(`${url} answered ${answer.statusCode}`))
      })
    }).on('error', reject)
  })
}

/** Requests a second with every connection always busy. */
export async function askAtFullSpeed(url: string, paths: string[]): Promise<number> {
  const requests = paths.map((path) => ({ method: 'GET' as const, path }))
  const result = await autocannon({ url, connections: CONNECTIONS, duration: FULL_SPEED_S, requests })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0) throw new Error(`${failed} requests to ${url} failed at full speed`)
  return Math.round(result.requests.average)
}
