import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { Redis } from 'ioredis'
import { expect } from 'vitest'
import { openStores } from '../../embedded/stores.ts'
import { openWarehouse } from '../../ingest/clickhouse.ts'
import { openPeople, type People } from '../../ingest/erased-people.ts'
import { migrate } from '../../ingest/migrate.ts'
import { openPartition } from '../../ingest/partition.ts'
import { updateServing } from '../../ingest/serving.ts'
import { readConfig } from '../../models/contracts/config.ts'
import type { LogRecord } from '../../models/contracts/event-log.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import { topicOf } from '../../models/contracts/topics.ts'
import { recordsOf } from './profile-events.ts'

/** What a test of profiles and of erasure needs: the real engine, the embedded Redis, and a log that can be read again. */
export type WarehouseShop = Awaited<ReturnType<typeof openWarehouseShop>>

export async function openWarehouseShop() {
  const dir = await mkdtemp(join(tmpdir(), 'flipside-shop-'))
  const stores = await openStores(readConfig({ DATA_DIR: dir }))
  const clickhouse: ClickHouseClient = createClient(stores.clickhouse)
  const redis = new Redis(stores.redis_url)
  await migrate(clickhouse, { SHOP_TIME_ZONE: 'Europe/London' })
  const log = new Map<string, LogRecord[]>()
  const people = openPeople()

  /** As ingest stores a partition, but a failure is the test's. */
  async function store(topic: string, records: LogRecord[], known: People = people): Promise<void> {
    const partition = openPartition({ topic, partition: 0 }, undefined, {
      warehouse: openWarehouse(clickhouse),
      people: known,
      commit: async () => {},
      retryForEver: (_, attempt) => attempt(),
      fail: (error) => expect.fail(String(error))
    })
    await partition.start()
    await partition.take(records)
    await partition.stop()
  }

  return {
    clickhouse,
    redis,
    log,
    people,
    store,
    /** Appends to the log of each topic; stored and served at once. */
    async send(...events: ShopEvent[]): Promise<void> {
      for (const [topic, some] of Map.groupBy(events, (event) => topicOf[event.type])) {
        await this.sendRecords(topic, recordsOf(some, log.get(topic)?.length ?? 0))
      }
    },
    async sendRecords(topic: string, records: LogRecord[]): Promise<void> {
      log.set(topic, [...(log.get(topic) ?? []), ...records])
      await store(topic, records)
      await updateServing(records, { redis, people })
    },
    rows: async <Row>(query: string): Promise<Row[]> =>
      (await clickhouse.query({ query, format: 'JSONEachRow' })).json<Row>(),
    async close(): Promise<void> {
      redis.disconnect()
      await clickhouse.close()
      await stores.close()
      await rm(dir, { recursive: true, force: true })
    }
  }
}
