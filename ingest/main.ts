import { join } from 'node:path'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { openStores } from '../embedded/stores.ts'
import { readConfig, type Config } from '../models/contracts/config.ts'
import type { EventConsumer, TopicPartition } from '../models/contracts/event-log.ts'
import { REJECTED_TOPIC, topics } from '../models/contracts/topics.ts'
import { openWarehouse } from './clickhouse.ts'
import { migrate } from './migrate.ts'
import { openPartition } from './partition.ts'
import { profileUpdates } from './profiles.ts'
import { updateProfiles } from './redis.ts'
import { retryForEver } from './retry.ts'

const PARTITIONS_KAFKA = 12
const WAREHOUSE_GROUP = 'flipside-warehouse'
const PROFILES_GROUP = 'flipside-profiles'

const config = readConfig(process.env)
const log = pino({ name: 'ingest', level: config.LOG_LEVEL })
const stopping = new AbortController()
const retry = retryForEver(log, stopping.signal)

const stores = await openStores(config)
const clickhouse = createClient({
  ...stores.clickhouse,
  log: { level: ClickHouseLogLevel.OFF },
  request_timeout: 120_000,
  max_open_connections: 20
})
const redis = new Redis(stores.redis_url, { maxRetriesPerRequest: 1, enableOfflineQueue: true })
redis.on('error', (error) => log.warn({ error: error.message }, 'serving store'))

const applied = await retry('migrate', () => migrate(clickhouse, config))
log.info({ applied }, 'schema is up to date')
if (config.KAFKA_BROKERS) {
  const { createTopics } = await import('./kafka-admin.ts')
  const created = [...topics, REJECTED_TOPIC].map((topic) => ({ topic, partitions: PARTITIONS_KAFKA }))
  await retry('topics', () => createTopics({ ...kafkaOptions(config), topics: created }))
}

const storing = await retry('join', () => openConsumer(WAREHOUSE_GROUP))
const profiling = await retry('join', () => openConsumer(PROFILES_GROUP))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0))
process.once('disconnect', () => void stop(0))
Promise.all([storeEvents(storing), keepProfiles(profiling)]).catch(fail)
log.info({ log: config.KAFKA_BROKERS ?? 'embedded' }, 'reading events')

async function storeEvents(consumer: EventConsumer): Promise<void> {
  const warehouse = openWarehouse(clickhouse)
  const partitions = new Map<string, ReturnType<typeof openPartition>>()
  await consumer.run([...topics, REJECTED_TOPIC], {
    async assigned(at, committed) {
      await partitions.get(nameOf(at))?.abandon()
      const partition = openPartition(at, committed, {
        warehouse,
        commit: (next) => consumer.commit(at, next),
        retryForEver: retry,
        fail,
        stored: (counts) => log.info({ ...at, ...counts }, 'stored a block')
      })
      partitions.set(nameOf(at), partition)
      return partition.start()
    },
    async records(at, records) {
      await partitions.get(nameOf(at))?.take(records)
    }
  })
}

async function keepProfiles(consumer: EventConsumer): Promise<void> {
  await consumer.run(['flipside.behaviour', 'flipside.orders'], {
    // Without a committed offset, from the start: updates may be repeated.
    assigned: async (_at, committed) => committed?.offset ?? 0,
    async records(at, records) {
      await retry('profiles', () => updateProfiles(redis, profileUpdates(records)))
      const last = records.at(-1)
      if (last)
        await retry('commit profiles', () => consumer.commit(at, { offset: last.offset + 1, metadata: '' }))
    }
  })
}

/** Only the log that is used is loaded. */
async function openConsumer(group: string): Promise<EventConsumer> {
  if (config.KAFKA_BROKERS) {
    const { openKafkaConsumer } = await import('./kafka.ts')
    return openKafkaConsumer({ ...kafkaOptions(config), group })
  }
  const { openLogConsumer } = await import('../embedded/log.ts')
  return openLogConsumer({ dir: join(config.DATA_DIR, 'log'), group })
}

function kafkaOptions({ KAFKA_BROKERS, KAFKA_CLIENT_ID }: Config) {
  return { brokers: KAFKA_BROKERS?.split(',') ?? [], clientId: KAFKA_CLIENT_ID }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
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
  await Promise.allSettled([storing.close(), profiling.close()])
  redis.disconnect()
  await Promise.allSettled([clickhouse.close(), stores.close()])
  process.exit(code)
}
