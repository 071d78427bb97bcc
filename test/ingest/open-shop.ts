import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { expect } from 'vitest'
import { openStores } from '../../embedded/stores.ts'
import { openWarehouse } from '../../ingest/clickhouse.ts'
import { migrate } from '../../ingest/migrate.ts'
import { openPartition } from '../../ingest/partition.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { checkEvent } from '../../models/contracts/check-event.ts'
import type { Topic } from '../../models/contracts/topics.ts'

export type OpenShop = {
  clickhouse: ClickHouseClient
  url: string
  /** For further clients. */
  access: { url: string; username: string; password: string }
  /** Stores valid events in the order given, in one partition, and answers the offset of the first. */
  store(topic: Topic, events: object[]): Promise<number>
  rows<Row>(query: string): Promise<Row[]>
  close(): Promise<void>
}

/** An empty warehouse with its schema, on the real engine, and the real way into it. */
export async function openShop(environment: { ANALYSTS?: string } = {}): Promise<OpenShop> {
  const dir = await mkdtemp(join(tmpdir(), 'flipside-shop-'))
  const stores = await openStores(readConfig({ DATA_DIR: dir, ...environment }))
  const clickhouse = createClient(stores.clickhouse)
  await migrate(clickhouse, { SHOP_TIME_ZONE: 'Europe/London' })
  const next = new Map<Topic, number>()
  let made = 0
  return {
    clickhouse,
    url: stores.clickhouse.url,
    access: stores.clickhouse,
    async store(topic, events) {
      const first = next.get(topic) ?? 0
      const records = events.map((fields, i) => {
        const event_id = `0198c0de-0000-7000-8000-${String(++made).padStart(12, '0')}`
        const event = { event_id, ...fields }
        expect(checkEvent(event)).toMatchObject({ ok: true })
        return { offset: first + i, key: null, value: Buffer.from(JSON.stringify(event)) }
      })
      next.set(topic, first + records.length)
      const partition = openPartition({ topic, partition: 0 }, undefined, {
        warehouse: openWarehouse(clickhouse),
        commit: async () => {},
        retryForEver: (_, attempt) => attempt(),
        fail: (error) => expect.fail(String(error))
      })
      await partition.start()
      await partition.take(records)
      await partition.stop()
      return first
    },
    async rows<Row>(query: string) {
      return (await clickhouse.query({ query, format: 'JSONEachRow' })).json<Row>()
    },
    async close() {
      await clickhouse.close()
      await stores.close()
      await rm(dir, { recursive: true, force: true })
    }
  }
}
