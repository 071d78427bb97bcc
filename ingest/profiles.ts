import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { openStores } from '../embedded/stores.ts'
import { leaveWithParent } from '../embedded/with-parent.ts'
import { readConfig } from '../models/contracts/config.ts'
import type { EventConsumer } from '../models/contracts/event-log.ts'
import { kafkaConnection } from '../models/contracts/kafka-connection.ts'
import { readTombstones } from './erase-people.ts'
import { openPeople } from './erased-people.ts'
import { TOMBSTONES_REFRESH_MS } from './erasures.ts'
import { joinKafka } from './join-kafka.ts'
import { retryForEver } from './retry.ts'
import { keepServing, SERVING_GROUP } from './serving.ts'

/**
 * Live profiles, in a process of their own: `ingest/main.ts` starts it with a lower priority, asks it over their channel
 * how far behind it is, and they end together.
 */
const config = readConfig(process.env)
const kafka = kafkaConnection(config, readFileSync)
const log = pino({ name: 'profiles', level: config.LOG_LEVEL })
const stopping = new AbortController()
const retry = retryForEver(log, stopping.signal, (what) => process.send?.({ retried: what }))

const onParentGone = leaveWithParent()
const stores = await openStores(config)
const clickhouse = createClient({ ...stores.clickhouse, log: { level: ClickHouseLogLevel.OFF } })
const redis = new Redis(stores.redis_url, { maxRetriesPerRequest: 1, enableOfflineQueue: true })
redis.on('error', (error) => log.warn({ error: error.message }, 'serving store'))

const people = openPeople()
people.replace(await retry('tombstones', () => readTombstones(clickhouse)))
const consumer = await retry('join', openConsumer)
onParentGone(() => void stop(0))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0))
process.on(
  'message',
  () =>
    void consumer.lag().then(
      (lag) => process.send?.({ lag }),
      () => undefined
    )
)
Promise.all([keepServing(consumer, { redis, people, retryForEver: retry }), refreshTombstones()]).catch(
  (error: unknown) => {
    if (stopping.signal.aborted) return
    log.fatal({ err: error }, 'live profiles cannot go on')
    void stop(1)
  }
)
log.info('keeping live profiles')

async function openConsumer(): Promise<EventConsumer> {
  if (kafka) return joinKafka(kafka, SERVING_GROUP, log)
  const { openLogConsumer } = await import('../embedded/log.ts')
  return openLogConsumer({ dir: join(config.DATA_DIR, 'log'), group: SERVING_GROUP })
}

async function refreshTombstones(): Promise<void> {
  for (;;) {
    await sleep(TOMBSTONES_REFRESH_MS, undefined, { signal: stopping.signal })
    people.replace(await retry('tombstones', () => readTombstones(clickhouse)))
  }
}

/** What was not told yet is not committed, so the next start tells it again. */
async function stop(code: number): Promise<void> {
  if (stopping.signal.aborted) return
  stopping.abort()
  setTimeout(() => process.exit(code), 4_000).unref()
  await consumer.close().catch(() => undefined)
  redis.disconnect()
  await Promise.allSettled([clickhouse.close(), stores.close()])
  process.exit(code)
}
