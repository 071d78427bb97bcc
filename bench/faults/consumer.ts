import { writeSync } from 'node:fs'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { pino } from 'pino'
import { openWarehouse } from '../../ingest/clickhouse.ts'
import { WAREHOUSE_GROUP } from '../../ingest/group.ts'
import { openKafkaConsumer } from '../../ingest/kafka.ts'
import { openKafkaSender } from '../../ingest/kafka-sender.ts'
import { openRejections } from '../../ingest/rejected/announce.ts'
import { retryForEver } from '../../ingest/retry.ts'
import { storeEvents } from '../../ingest/store-events.ts'
import type { KafkaConnection } from '../../models/contracts/kafka-connection.ts'
import { watchPoints, type Point } from './points.ts'

/** What a process is told when it starts, as JSON. `act` is what it does to itself, the nth time it comes by a point. */
export type ConsumerOrders = {
  kafka: KafkaConnection
  clickhouse: { url: string; username: string; password: string }
  act?: { point: Point; nth: number; signal: 'SIGKILL' | 'SIGSTOP' }
}

const STDOUT = 1

// This process is the part of ingest that stores events, put together as in ingest/main.ts, on a line to its own death.
const { kafka, clickhouse, act } = JSON.parse(process.argv[2] ?? '') as ConsumerOrders
const log = pino({ base: null })
const stopping = new AbortController()
const retry = retryForEver(log, stopping.signal)
const client = createClient({
  ...clickhouse,
  log: { level: ClickHouseLogLevel.OFF },
  request_timeout: 120_000
})

const interrupted = ({ message: error }: Error) => log.warn({ error }, 'Kafka is interrupted')
const telling = openKafkaSender(kafka)
const joined = await retry('join', () => openKafkaConsumer({ ...kafka, group: WAREHOUSE_GROUP, interrupted }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0))
process.once('disconnect', () => void stop(0))

let passed = 0
const { consumer, warehouse } = watchPoints(
  { consumer: joined, warehouse: openWarehouse(client) },
  (point) => {
    if (!act || point !== act.point || ++passed !== act.nth) return
    // At once, since there is no later.
    writeSync(STDOUT, `${JSON.stringify({ ...act, msg: 'reached' })}\n`)
    // The system delivers it before this returns: nothing more is done here.
    process.kill(process.pid, act.signal)
  }
)
storeEvents(consumer, {
  warehouse,
  retryForEver: retry,
  fail,
  rejections: openRejections({
    client,
    sender: telling,
    warn: ({ message: error }, count) => log.warn({ error, count }, 'rejections are in the table only')
  }),
  stored: () => undefined
}).catch(fail)

function fail(error: unknown): void {
  if (stopping.signal.aborted) return
  log.fatal({ err: error }, 'cannot go on')
  void stop(1)
}

async function stop(code: number): Promise<void> {
  if (stopping.signal.aborted) return
  stopping.abort()
  setTimeout(() => process.exit(code), 5_000).unref()
  await Promise.allSettled([joined.close()])
  await Promise.allSettled([client.close(), telling.close()])
  process.exit(code)
}
