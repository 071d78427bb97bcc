import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { musicEvents } from '../../embedded/shops/music/events.ts'
import { startWarehouse, type WarehouseProcess } from '../../embedded/start-warehouse.ts'
import { openWarehouse } from '../../ingest/clickhouse.ts'
import { migrate } from '../../ingest/migrate.ts'
import { createRowWriter } from '../../ingest/row-binary.ts'
import { checkEvent } from '../../models/contracts/check-event.ts'
import { eventTypes, type ShopEvent } from '../../models/contracts/events.ts'
import { topicOf, topics } from '../../models/contracts/topics.ts'

const EVENTS = 12_000
const envelope = (i: number) => ({
  event_id: `ffffffff-ffff-7fff-8fff-${String(i).padStart(12, '0')}`,
  occurred_at: '1970-01-01T00:00:00Z',
  received_at: '2099-12-31T23:59:59.999Z',
  simulated: ['*', 'ä'],
  schema_version: 1 as const
})
const lines = (['0.0001', '-4999999999999', '4999999998998.9999', '-0.5'] as const).map(
  (unit_price, line_id) => ({
    line_id: 4_294_967_295 - line_id,
    kind: 'manual' as const,
    ...(line_id > 1 && { description: '价格 😀\t"\\\n'.repeat(20) }),
    quantity: line_id === 0 ? -1_000_000 : 1,
    unit_price
  })
)
/** What a shop rarely says: the ends of every range, long texts, what JSON must escape, and nulls. */
const extremes: ShopEvent[] = [
  {
    type: 'order_placed',
    ...envelope(1),
    order_id: "o'); DROP TABLE",
    currency: 'GBP',
    tax_included: false,
    lines
  },
  { type: 'order_paid', ...envelope(2), order_id: 'o', currency: 'GBP', amount: '-1234567890123.4567' },
  {
    type: 'product_upserted',
    ...envelope(3),
    product_id: 'p'.repeat(100),
    work_id: '\u2028',
    title: 'x'.repeat(63) + 'é',
    attributes: { "a'b": '', ключ: 'б'.repeat(500) },
    price: null,
    currency: 'GBP',
    unit_cost: '0',
    lead_time_days: 0
  },
  { type: 'price_changed', ...envelope(4), product_id: 'p', price: '0.0001', currency: 'GBP' },
  { type: 'consent_changed', ...envelope(5), customer_id: '17', personalisation: false },
  { type: 'stock_shipped', ...envelope(6), product_id: 'p', quantity: 1_000_000, reserved_quantity: 0 },
  { type: 'list_viewed', ...envelope(7), anonymous_id: 'g', list_id: 'l', product_ids: [], is_bot: true },
  {
    type: 'searched',
    ...envelope(8),
    user_id: '😀'.repeat(50),
    query: 'ü'.repeat(500),
    result_count: 1_000_000
  }
]

describe('rows in binary', () => {
  let dir: string
  let server: WarehouseProcess
  let client: ClickHouseClient
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'flipside-rows-'))
    server = await startWarehouse({ dataDir: dir, user: 'default', password: 'x' })
    client = createClient({ url: server.url, username: 'default', password: 'x' })
    await migrate(client, { SHOP_TIME_ZONE: 'Europe/London' })
  })
  afterAll(async () => {
    await client.close()
    await server.close()
    await rm(dir, { recursive: true, force: true })
  })

  it('are what the engine reads from the same rows as JSON, whatever the type and the value', async () => {
    const shop = musicEvents({ start: '2026-01-05T00:00:00Z' })
    const events = [...extremes, ...Array.from({ length: EVENTS }, () => shop.next().value)]
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(eventTypes.length / 2)
    expect(extremes.map((event) => checkEvent(event)).filter(({ ok }) => !ok)).toEqual([])
    const warehouse = openWarehouse(client)
    for (const topic of topics) {
      const table = topic.split('.')[1] ?? ''
      const rows = events
        .filter(({ type }) => topicOf[type] === topic)
        .map((event, offset) => ({ ...event, topic, partition: 3, offset, epoch: 4_294_967_295 }))
      await client.command({ query: `CREATE TABLE raw.json_${table} AS raw.${table}` })
      await client.insert({
        table: `raw.json_${table}`,
        values: rows,
        format: 'JSONEachRow',
        clickhouse_settings: { date_time_input_format: 'best_effort', input_format_skip_unknown_fields: 0 }
      })
      const openPacker = await warehouse.packerOf(`raw.${table}`)
      await warehouse.insert(
        `raw.${table}`,
        [...rows.slice(0, 5), ...rows.slice(5).map(openPacker())],
        `${table}:1`
      )
      const differing = await client.query({
        query: `
          SELECT * FROM raw.json_${table} EXCEPT SELECT * FROM raw.${table}
          UNION ALL SELECT * FROM raw.${table} EXCEPT SELECT * FROM raw.json_${table}`,
        format: 'JSONEachRow'
      })
      expect({ table, differing: await differing.json() }).toEqual({ table, differing: [] })
      const counted = await client.query({
        query: `SELECT toUInt32(count()) AS rows FROM raw.${table}`,
        format: 'JSONEachRow'
      })
      expect({ table, counted: await counted.json() }).toEqual({ table, counted: [{ rows: rows.length }] })
    }
  })

  it('keep half a surrogate pair from being anything but a replacement character', () => {
    const { write } = createRowWriter([{ name: 'text', type: 'String' }])
    for (const text of ['\ud83d', 'x'.repeat(100) + '\ud83d'])
      expect(Buffer.concat(write([{ text }])).subarray(-3)).toEqual(Buffer.from('\ufffd'))
  })

  it('refuse a type that no event needs', () => {
    expect(() => createRowWriter([{ name: 'x', type: 'Array(IPv6)' }])).toThrow(
      'no event has a field of type IPv6'
    )
  })
})
