import { mkdtemp, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { expect } from 'vitest'
import { openLogConsumer, openLogSender, readLogEnds } from '../../embedded/log.ts'
import { openStores } from '../../embedded/stores.ts'
import type { Block } from '../../ingest/block.ts'
import { verifyWarehouse, type Verified } from '../../ingest/checks.ts'
import { openWarehouse, type Warehouse } from '../../ingest/clickhouse.ts'
import { WAREHOUSE_GROUP } from '../../ingest/group.ts'
import { migrate } from '../../ingest/migrate.ts'
import { openRejections } from '../../ingest/rejected/announce.ts'
import { holdGroup } from '../../ingest/replay/hold-group.ts'
import type { ReplayOptions } from '../../ingest/replay/options.ts'
import { runReplay } from '../../ingest/replay/run.ts'
import type { RetryForEver } from '../../ingest/retry.ts'
import type { Row } from '../../ingest/row-binary.ts'
import { storeEvents } from '../../ingest/store-events.ts'
import { readConfig } from '../../models/contracts/config.ts'
import type { EventConsumer } from '../../models/contracts/event-log.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import { keyOf, REJECTED_TOPIC, topicOf, topics } from '../../models/contracts/topics.ts'

const ALL = [...topics, REJECTED_TOPIC]

/** The real engine and the embedded log, with one partition a topic, so that a test can name its offsets. */
export async function openEmbeddedShop() {
  const dir = await mkdtemp(join(tmpdir(), 'flipside-replay-'))
  const logDir = join(dir, 'log')
  const stores = await openStores(readConfig({ DATA_DIR: dir }))
  const client = createClient(stores.clickhouse)
  await migrate(client, { SHOP_TIME_ZONE: 'Europe/London' })
  const readEnds = async () => readLogEnds(logDir, ALL)

  async function withSender(use: (sender: Awaited<ReturnType<typeof openLogSender>>) => Promise<void>) {
    const sender = await openLogSender({ dir: logDir, partitionsPerTopic: 1 })
    try {
      await use(sender)
    } finally {
      await sender.close()
    }
  }

  return {
    dir,
    client,
    withSender,
    readEnds,
    send: (...events: ShopEvent[]) =>
      withSender(async (sender) => {
        for (const event of events) {
          await sender.send(topicOf[event.type], [{ key: keyOf(event), value: JSON.stringify(event) }])
        }
      }),
    sendBytes: (topic: string, value: string) =>
      withSender((sender) => sender.send(topic, [{ key: 'k', value }])),
    /** Stores what the log holds, as ingest does, and stops. */
    async ingest(
      change: (warehouse: Warehouse) => Warehouse = (same) => same,
      retryForEver: RetryForEver = (_, attempt) => attempt()
    ): Promise<void> {
      const consumer = await openLogConsumer({ dir: logDir, group: WAREHOUSE_GROUP })
      await withSender(async (sender) => {
        const failed = Promise.withResolvers<never>()
        const running = storeEvents(consumer, {
          warehouse: change(openWarehouse(client)),
          retryForEver,
          fail: (error) => failed.reject(error),
          rejections: openRejections({ client, sender, warn: (error) => expect.fail(error.message) }),
          stored: () => {}
        })
        try {
          await Promise.race([
            untilDrained(consumer, () => readLogEnds(logDir, ALL).length),
            running,
            failed.promise
          ])
        } finally {
          await consumer.close()
        }
        await running
      })
    },
    async replay(options: ReplayOptions, change = (same: typeof client) => same) {
      const consumer = await openLogConsumer({ dir: logDir, group: WAREHOUSE_GROUP })
      const ends = await readEnds()
      const group = await holdGroup(consumer, ends)
      try {
        return await runReplay(options, { client: change(client), group, ends, say: () => {} })
      } finally {
        await group.release()
      }
    },
    verify: (isFull = false): Promise<Verified> =>
      verifyWarehouse({ isFull }, { client, readEnds, dataDir: dir }),
    command: (query: string) =>
      client.command({ query, clickhouse_settings: { mutations_sync: '2' } }).then(() => undefined),
    rows: async <Row>(query: string): Promise<Row[]> =>
      (await client.query({ query, format: 'JSONEachRow' })).json<Row>(),
    async close(): Promise<void> {
      await client.close()
      await stores.close()
      await rm(dir, { recursive: true, force: true })
    }
  }
}
const DRAINED_MS_MAX = 30_000

async function untilDrained(consumer: EventConsumer, partitionCount: () => number): Promise<void> {
  const deadline = performance.now() + DRAINED_MS_MAX
  for (;;) {
    const lag = await consumer.lag()
    if (lag.length === partitionCount() && lag.every(({ records }) => records === 0)) return
    if (performance.now() > deadline) throw new Error('the log was not stored in time')
    await sleep(50)
  }
}

export type EmbeddedShop = Awaited<ReturnType<typeof openEmbeddedShop>>

/** Ingest with a rule that was a mistake: it refuses these orders, as one whose code was wrong would have done. */
export function refusing(isWrong: (orderId: string) => boolean): (warehouse: Warehouse) => Warehouse {
  return (warehouse) => {
    let refused: Block['rejected'] = []
    return {
      ...warehouse,
      packerOf: async () => () => (row) => row,
      async insert(table, given, token) {
        // Nothing is packed here.
        const rows = given as readonly Row[]
        if (table === 'raw.orders') {
          const wrong = rows.filter((row) => isWrong(String(row['order_id'])))
          refused = wrong.map(refusalOf)
          const kept = rows.filter((row) => !wrong.includes(row))
          return warehouse.insert(table, kept, token)
        }
        if (table === 'raw.rejected') return warehouse.insert(table, [...rows, ...refused], token)
        const moved = rows.map((row) => ({
          ...row,
          stored: Number(row['stored']) - refused.length,
          rejected: Number(row['rejected']) + refused.length
        }))
        refused = []
        return warehouse.insert(table, moved, token)
      }
    }
  }
}

function refusalOf(row: Readonly<Record<string, unknown>>): Block['rejected'][number] {
  const { topic, partition, offset, epoch, ...event } = row
  return {
    topic: String(topic),
    partition: Number(partition),
    offset: Number(offset),
    epoch: Number(epoch),
    rejected_at: new Date().toISOString(),
    source: 'ingest',
    reason: 'order_id: is wrong by a rule that is itself wrong',
    from_topic: String(topic),
    from_partition: Number(partition),
    from_offset: Number(offset),
    body: JSON.stringify(event),
    body_encoding: 'utf8'
  }
}

const eventId = (number: number) => `0198c0de-0000-7000-8000-${String(number).padStart(12, '0')}`

/** The n-th order of the shop, with one line. */
export const orderPlaced = (number: number): ShopEvent => ({
  type: 'order_placed',
  event_id: eventId(number),
  occurred_at: '2026-01-31T12:00:00Z',
  order_id: `order ${number}`,
  user_id: `customer ${number % 3}`,
  currency: 'GBP',
  lines: [
    {
      line_id: 1,
      kind: 'product',
      product_id: `p${number % 5}`,
      description: 'a record',
      quantity: 2,
      unit_price: '3.5'
    }
  ]
})

export const stockInitialised = (number: number): ShopEvent => ({
  type: 'stock_initialised',
  event_id: eventId(100_000 + number),
  occurred_at: '2026-01-31T11:00:00Z',
  product_id: `p${number}`,
  quantity: 100
})
