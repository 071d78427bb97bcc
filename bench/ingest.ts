import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { startWarehouse } from '../embedded/start-warehouse.ts'
import { readConfig } from '../models/contracts/config.ts'
import { kafkaConnection } from '../models/contracts/kafka-connection.ts'
import { findFreePorts } from '../test/free-ports.ts'
import { chooseRealKafka } from '../test/kafka-server.ts'
import { chooseRealRedis } from '../test/redis-server.ts'
import { measureCollector } from './ingest/collector.ts'
import { fillTopics } from './ingest/fill.ts'
import { measureLag } from './ingest/lag.ts'
import { measurePipeline } from './ingest/pipeline.ts'
import { measureStages } from './ingest/stages.ts'
import { measureTableEngine } from './ingest/table-engine.ts'

export const help = `From Kafka to queryable rows: events a second, beside the same consumer that only parses JSON.

  --events N   events of the simulated shop to send first (1,000,000)

A real Kafka, a real Redis and the embedded warehouse run on this machine and take their share of it. One after another:
  1. parse_only_per_s: ingest's Kafka consumer, which parses every event and does nothing else;
  2. events_per_s: the real ingest process with everything on (checks, repeats, intents, views, live profiles) until
     the rows can be queried; ratio is this by the first; rss_mb_max is ingest, its profiles and the warehouse together;
     profiles_per_s is until the live profiles, which leave the way to the rows, know of everything, too;
  3. lag_p95_ms: from a product_viewed at the collector to a recommendation that knows of it;
  4. cpu_us: CPU microseconds an event of each stage, measured apart, and of the processes in step 2;
  5. table_engine_per_s: the warehouse's own Kafka tables into the same tables and views; null where it has none;
  6. collector_per_s: the collector alone on one core, in batches of 50.
Needs Java 17 and Maven (or KAFKA_TEST_BROKERS without topics of ours), and redis-server or what brings one.`

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { events: { type: 'string', default: '1000000' } } })
  const events = Number(values.events)
  const dir = await mkdtemp(join(tmpdir(), 'flipside-ingest-'))
  const [kafkaChoice, redisChoice] = await Promise.all([chooseRealKafka(), chooseRealRedis()])
  if ('missing' in kafkaChoice) throw new Error(kafkaChoice.missing)
  if ('missing' in redisChoice) throw new Error(redisChoice.missing)
  const kafka = await kafkaChoice.start()
  const redis = await redisChoice.start()
  const password = 'bench'
  const warehouse = await startWarehouse({ dataDir: join(dir, 'warehouse'), user: 'default', password })
  const clickhouse = createClient({
    url: warehouse.url,
    username: 'default',
    password,
    log: { level: ClickHouseLogLevel.OFF }
  })
  try {
    const environment = {
      KAFKA_BROKERS: kafka.brokers.join(','),
      CLICKHOUSE_URL: warehouse.url,
      CLICKHOUSE_USER: 'default',
      CLICKHOUSE_PASSWORD: password,
      REDIS_URL: redis.url,
      DATA_DIR: dir
    }
    const connection = kafkaConnection(readConfig(environment), () => '')
    if (connection) await fillTopics(connection, events)
    const parseOnly = await runParseOnly(events, environment.KAFKA_BROKERS)
    const [port = 0, metricsPort = 0] = await findFreePorts(2)
    const pipeline = await measurePipeline({
      events,
      environment,
      clickhouse,
      warehousePid: warehouse.pid,
      dir,
      metricsPort
    })
    const lag = await measureLag({ environment, dir, port })
    const stages = await measureStages(dir)
    const table_engine_per_s = await measureTableEngine({
      dataDir: join(dir, 'table-engine'),
      brokers: environment.KAFKA_BROKERS,
      events
    })
    const { collector_per_s, cpu_us_per_event } = await measureCollector()
    const figures = {
      events,
      events_per_s: pipeline.per_s,
      parse_only_per_s: parseOnly.per_s,
      profiles_per_s: pipeline.profiles_per_s,
      ratio: Number((pipeline.per_s / parseOnly.per_s).toFixed(3)),
      table_engine_per_s,
      collector_per_s,
      rss_mb_max: pipeline.rss_mb_max,
      ...lag,
      ingest_mb_halfway: pipeline.ingest_mb.halfway,
      ingest_mb_end: pipeline.ingest_mb.end,
      cpu_us: {
        fetch: round(parseOnly.cpu_us - stages.parse),
        ...stages,
        ingest_process: round(pipeline.ingest_cpu_us),
        profiles_process: round(pipeline.profiles_cpu_us),
        warehouse_process: round(pipeline.warehouse_cpu_us),
        collector: cpu_us_per_event
      }
    }
    for (const [name, figure] of Object.entries(figures))
      process.stdout.write(
        `${name.padEnd(20)} ${typeof figure === 'object' ? JSON.stringify(figure) : String(figure)}\n`
      )
    return figures
  } finally {
    await clickhouse.close()
    await warehouse.close()
    await Promise.all([kafka.close(), redis.close()])
    await rm(dir, { recursive: true, force: true })
  }
}

const round = (value: number) => Number(value.toFixed(2))

async function runParseOnly(events: number, brokers: string) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'ingest/parse-only.ts'),
    String(events),
    brokers
  ])
  return JSON.parse(stdout) as { per_s: number; cpu_us: number }
}
