import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import { startWarehouse } from '../../embedded/start-warehouse.ts'
import { migrate } from '../../ingest/migrate.ts'
import { topics } from '../../models/contracts/topics.ts'

const PASSWORD = 'bench'
const LOOK_MS = 200
const SECONDS_MAX = 60
const STALLED_MS = 10_000

/**
 * The warehouse's own way to read Kafka, into the same tables and views: events a second, without any check, proof or
 * care for repeats. Null where the engine cannot. It is given a bounded time, since only the rate counts.
 */
export async function measureTableEngine(options: {
  dataDir: string
  brokers: string
  events: number
}): Promise<number | null> {
  const { dataDir, brokers, events } = options
  const warehouse = await startWarehouse({ dataDir, user: 'default', password: PASSWORD })
  const client = createClient({
    url: warehouse.url,
    username: 'default',
    password: PASSWORD,
    log: { level: ClickHouseLogLevel.OFF }
  })
  try {
    await migrate(client, { SHOP_TIME_ZONE: 'Europe/London' })
    for (const topic of topics) await readTopic(client, { topic, brokers })
    return await measureRate(client, events)
  } catch (error) {
    process.stderr.write(`the Kafka table engine cannot run here: ${String(error).slice(0, 300)}\n`)
    return null
  } finally {
    await client.close()
    await warehouse.close()
  }
}

/** A Kafka table takes no defaults, so its columns are those of the raw table without them. */
async function readTopic(client: ClickHouseClient, from: { topic: string; brokers: string }): Promise<void> {
  const table = from.topic.split('.')[1] ?? ''
  const query = `
    SELECT name, type FROM system.columns
    WHERE database = 'raw' AND table = '${table}' AND name NOT IN ('topic', 'partition', 'offset', 'epoch')
    ORDER BY position`
  const columns = await (
    await client.query({ query, format: 'JSONEachRow' })
  ).json<{ name: string; type: string }>()
  await client.command({
    query: `
      CREATE TABLE raw.kafka_${table} (${columns.map(({ name, type }) => `${name} ${type}`).join(', ')})
      ENGINE = Kafka
      SETTINGS kafka_broker_list = '${from.brokers}', kafka_topic_list = '${from.topic}', kafka_format = 'JSONEachRow',
        kafka_group_name = 'table-engine-${randomUUID()}', kafka_max_block_size = 10000, kafka_skip_broken_messages = 1000000,
        date_time_input_format = 'best_effort'`
  })
  await client.command({
    query: `
      CREATE MATERIALIZED VIEW raw.from_kafka_${table} TO raw.${table} AS
      SELECT *, _topic AS topic, toUInt16(_partition) AS partition, _offset AS offset, toUInt32(0) AS epoch
      FROM raw.kafka_${table}`
  })
}

/** From the first rows on, until no more come or the time is over. */
async function measureRate(client: ClickHouseClient, events: number): Promise<number | null> {
  let first: { stored: number; atMs: number } | undefined
  let last = { stored: 0, atMs: performance.now() }
  const deadline = performance.now() + SECONDS_MAX * 1_000
  for (;;) {
    const result = await client.query({
      query: 'SELECT count() AS stored FROM ops.stored_places',
      format: 'JSONEachRow'
    })
    const [row] = await result.json<{ stored: string }>()
    const stored = Number(row?.stored ?? 0)
    const nowMs = performance.now()
    if (stored > 0) first ??= { stored, atMs: nowMs }
    if (stored > last.stored) last = { stored, atMs: nowMs }
    if (stored >= events || nowMs > deadline || nowMs - last.atMs > STALLED_MS) {
      if (!first || last.stored === first.stored) return null
      return Math.round(((last.stored - first.stored) / (last.atMs - first.atMs)) * 1_000)
    }
    process.stderr.write(`\rtable engine: ${stored.toLocaleString('en')} events `)
    await sleep(LOOK_MS)
  }
}
