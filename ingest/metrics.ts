import { createServer } from 'node:http'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { EventConsumer, TopicPartition } from '../models/contracts/event-log.ts'
import type { BlockCounts } from './partition.ts'

export type IngestMetrics = {
  stored(at: TopicPartition, counts: BlockCounts): void
  retried(what: string): void
}

const LAG_MS_MAX = 5_000

/** What somebody who is woken at night wants to know: how far behind, what became of what, and is it moving. */
export function createMetrics(
  registry: Registry,
  consumers: Record<string, Pick<EventConsumer, 'lag'>>
): IngestMetrics {
  const registers = [registry]
  const records = new Counter({
    name: 'flipside_ingest_records_total',
    help: 'Records read, by what became of them: stored, rejected, repeats, erased',
    labelNames: ['topic', 'result'],
    registers
  })
  const blocks = new Counter({
    name: 'flipside_ingest_blocks_total',
    help: 'Blocks stored',
    labelNames: ['topic'],
    registers
  })
  const blockRecords = new Histogram({
    name: 'flipside_ingest_block_records',
    help: 'Records of a block',
    labelNames: ['topic'],
    buckets: [1, 10, 100, 1_000, 5_000, 10_000, 25_000],
    registers
  })
  const storedAt = new Gauge({
    name: 'flipside_ingest_last_stored_timestamp_seconds',
    help: 'When a block of the topic was stored last',
    labelNames: ['topic'],
    registers
  })
  const retries = new Counter({
    name: 'flipside_ingest_retries_total',
    help: 'Attempts that failed and are made again, by the step of the protocol',
    labelNames: ['step'],
    registers
  })
  const lag = new Gauge({
    name: 'flipside_ingest_lag_records',
    help: 'Records of the log that a consumer group has not committed yet; missing when the log does not answer',
    labelNames: ['group', 'topic', 'partition'],
    async collect() {
      this.reset()
      for (const [group, consumer] of Object.entries(consumers)) {
        for (const { topic, partition, records } of await withTimeout(consumer.lag())) {
          this.set({ group, topic, partition: String(partition) }, records)
        }
      }
    },
    registers: []
  })
  registry.registerMetric(lag)
  return {
    stored({ topic }, counts) {
      for (const result of ['stored', 'rejected', 'repeats', 'erased'] as const) {
        if (counts[result] > 0) records.inc({ topic, result }, counts[result])
      }
      blocks.inc({ topic })
      blockRecords.observe({ topic }, counts.records)
      storedAt.set({ topic }, Date.now() / 1_000)
    },
    // The step's name goes on with the block's token, which would make a series of each.
    retried: (what) => retries.inc({ step: what.replace(/ \S*:\S*$/, '') })
  }
}

/** Answers `/metrics`, and `/health` while the process lives. Returns the address. */
export async function serveMetrics(
  registry: Registry,
  at: { host: string; port: number }
): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    if (request.url === '/health') return void response.end('ok\n')
    if (request.url !== '/metrics') return void response.writeHead(404).end('see /metrics and /health\n')
    registry.metrics().then(
      (text) => response.setHeader('content-type', registry.contentType).end(text),
      (error: unknown) => response.writeHead(503).end(`${String(error)}\n`)
    )
  })
  server.requestTimeout = 10_000
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject).listen(at.port, at.host, listening.resolve)
  await listening.promise
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : at.port
  return { url: `http://${at.host}:${port}/metrics`, close: () => void server.close() }
}

/** A scrape must not hang with the log: its lag is then missing, which is a sign of its own. */
async function withTimeout<Value>(work: Promise<Value[]>): Promise<Value[]> {
  const late = Promise.withResolvers<Value[]>()
  const timer = setTimeout(() => late.resolve([]), LAG_MS_MAX)
  try {
    return await Promise.race([work, late.promise])
  } catch {
    return []
  } finally {
    clearTimeout(timer)
  }
}
