import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { openStores } from '../embedded/stores.ts'
import { leaveWithParent } from '../embedded/with-parent.ts'
import { describeSettings, readConfig } from '../models/contracts/config.ts'
import type { EventConsumer, EventSender } from '../models/contracts/event-log.ts'
import { kafkaConnection, type KafkaConnection } from '../models/contracts/kafka-connection.ts'
import { REJECTED_TOPIC, retentionDaysOf, topics } from '../models/contracts/topics.ts'
import { openWarehouse } from './clickhouse.ts'
import { WAREHOUSE_GROUP } from './group.ts'
import { createMetrics, serveMetrics, type IngestMetrics } from './metrics.ts'
import { readTombstones } from './erase-people.ts'
import { openPeople } from './erased-people.ts'
import { openErasures } from './erasures.ts'
import { migrate } from './migrate.ts'
import { fillViews, type Fill } from './migrate/fill.ts'
import { SchemaError } from './migrate/plan.ts'
import { openCommands } from './redis.ts'
import { joinKafka } from './join-kafka.ts'
import { openRejections } from './rejected/announce.ts'
import { retryForEver } from './retry.ts'
import { SERVING_GROUP } from './serving.ts'
import { startProfiles } from './start-profiles.ts'
import { storeEvents } from './store-events.ts'

if (process.argv.includes('--help')) {
  process.stdout
    .write(`npm run ingest\n\nStores the log in the warehouse, each event once, and keeps live profiles. Runs until it is stopped.
Settings come from the environment:\n\n${describeSettings()}`)
  process.exit(0)
}
const config = readConfig(process.env)
const kafka = kafkaConnection(config, readFileSync)
const log = pino({ name: 'ingest', level: config.LOG_LEVEL })
const stopping = new AbortController()
const retry = retryForEver(log, stopping.signal, (what) => metrics?.retried(what))
let metrics: IngestMetrics | undefined

const onParentGone = leaveWithParent()
const stores = await openStores(config)
const clickhouse = createClient({
  ...stores.clickhouse,
  log: { level: ClickHouseLogLevel.OFF },
  request_timeout: 120_000,
  max_open_connections: 20
})
const redis = new Redis(stores.redis_url, { maxRetriesPerRequest: 1, enableOfflineQueue: true })
redis.on('error', (error) => log.warn({ error: error.message }, 'serving store'))

const applied = await retry('migrate', () =>
  migrate(clickhouse, config, { cannotFill }).catch((error: unknown) => {
    if (error instanceof SchemaError) return error
    throw error
  })
)
if (applied instanceof SchemaError) {
  log.fatal({ error: applied.message }, 'the warehouse has another schema')
  await stores.close()
  process.exit(1)
}
log.info({ applied }, 'schema is up to date')
// Before anything is read: what was erased must not come back.
const people = openPeople()
people.replace(await retry('tombstones', () => readTombstones(clickhouse)))
const erasures = openErasures({ client: clickhouse, send: openCommands(redis), people, nowMs: Date.now }, log)
if (kafka) await makeTopics(kafka)

const profiles = startProfiles({ retried: (what) => metrics?.retried(what), ended: fail })
const storing = await retry('join', openConsumer)
const telling = await openSender()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0))
onParentGone(() => void stop(0))
const registry = new Registry()
collectDefaultMetrics({ register: registry })
metrics = createMetrics(registry, { [WAREHOUSE_GROUP]: storing, [SERVING_GROUP]: profiles })
Promise.all([
  storeEvents(storing, {
    warehouse: openWarehouse(clickhouse),
    retryForEver: retry,
    fail,
    people,
    rejections: openRejections({
      client: clickhouse,
      sender: telling,
      warn: (error, count) => log.warn({ error: error.message, count }, 'rejections are in the table only')
    }),
    stored: (at, counts) => {
      metrics?.stored(at, counts)
      log.info({ ...at, ...counts }, 'stored a block')
      if (at.topic === 'flipside.customers') erasures.wake()
    }
  }),
  erasures.run(stopping.signal),
  retry('fill', () => fillViews(clickhouse, { signal: stopping.signal, told: logFill }))
]).catch(fail)
if (config.INGEST_METRICS_PORT !== undefined) {
  const { url } = await serveMetrics(registry, { host: config.HOST, port: config.INGEST_METRICS_PORT })
  log.info({ url }, 'metrics')
}
log.info({ log: config.KAFKA_BROKERS ?? 'embedded' }, 'reading events')

function logFill(fill: Fill): void {
  log.info(fill, 'filled a new view with older rows')
}

function cannotFill(views: string[]): void {
  log.warn(
    { views },
    'new views lack what was stored before them: npm run replay -- --rebuild fills their tables'
  )
}

async function makeTopics(connection: KafkaConnection): Promise<void> {
  const { createTopics } = await import('./kafka-admin.ts')
  const wanted = ([...topics, REJECTED_TOPIC] as const).map((topic) => ({
    topic,
    partitions: config.KAFKA_PARTITIONS,
    replication: config.KAFKA_REPLICATION,
    retentionDays: retentionDaysOf[topic]
  }))
  const { created, different } = await retry('topics', () => createTopics({ ...connection, topics: wanted }))
  if (created.length > 0) log.info({ created }, 'made the topics')
  // An event's repeats are looked for in its own partition, so the number of them never changes.
  if (different.length > 0)
    log.warn({ different }, 'topics keep their partitions; KAFKA_PARTITIONS is another number')
}

/** Only the log that is used is loaded. */
async function openConsumer(): Promise<EventConsumer> {
  if (kafka) return joinKafka(kafka, WAREHOUSE_GROUP, log)
  const { openLogConsumer } = await import('../embedded/log.ts')
  return openLogConsumer({ dir: join(config.DATA_DIR, 'log'), group: WAREHOUSE_GROUP })
}

/** For what ingest rejects itself. */
async function openSender(): Promise<EventSender> {
  if (kafka) {
    const { openKafkaSender } = await import('./kafka-sender.ts')
    return openKafkaSender(kafka)
  }
  const { openLogSender } = await import('../embedded/log.ts')
  return openLogSender({ dir: join(config.DATA_DIR, 'log') })
}

function fail(error: unknown): void {
  if (stopping.signal.aborted) return
  log.fatal({ err: error }, 'ingest cannot go on')
  void stop(1)
}

/** What waits in memory is not committed, so the next start reads it again. */
async function stop(code: number): Promise<void> {
  if (stopping.signal.aborted) return
  stopping.abort()
  setTimeout(() => process.exit(code), 5_000).unref()
  await Promise.allSettled([storing.close(), profiles.stop()])
  redis.disconnect()
  await Promise.allSettled([telling.close(), clickhouse.close(), stores.close()])
  process.exit(code)
}
