import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStores, type Stores } from '../embedded/stores.ts'
import { checkFacts, checkLog, checkMarts } from '../ingest/checks.ts'
import { openWarehouse } from '../ingest/clickhouse.ts'
import { migrate, readMigrations } from '../ingest/migrate.ts'
import { openPartition } from '../ingest/partition.ts'
import { runJob } from '../jobs/job.ts'
import { jobs } from '../jobs/jobs.ts'
import { readConfig } from '../models/contracts/config.ts'
import type { TopicPartition } from '../models/contracts/event-log.ts'
import { eventSchemas, eventTypes } from '../models/contracts/events.ts'
import { servedKinds } from '../models/contracts/served.ts'
import { topicOf, topics } from '../models/contracts/topics.ts'

/** Real engine, real protocol, no data: what a new shop has on its first day. */
describe('an empty shop', () => {
  let dir: string
  let stores: Stores
  let clickhouse: ClickHouseClient
  let redis: Redis

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'flipside-empty-'))
    stores = await openStores(readConfig({ DATA_DIR: dir }))
    clickhouse = createClient(stores.clickhouse)
    redis = new Redis(stores.redis_url)
  })
  afterAll(async () => {
    redis.disconnect()
    await clickhouse.close()
    await stores.close()
    await rm(dir, { recursive: true, force: true })
  })
  const rows = async <Row>(query: string) =>
    (await clickhouse.query({ query, format: 'JSONEachRow' })).json<Row>()

  /** As ingest opens it, but a failure is the test's. */
  const newPartition = (at: TopicPartition) =>
    openPartition(at, undefined, {
      warehouse: openWarehouse(clickhouse),
      commit: async () => {},
      retryForEver: (_, attempt) => attempt(),
      fail: (error) => expect.fail(String(error))
    })

  it('gets its schema once', async () => {
    const settings = { SHOP_TIME_ZONE: 'Europe/London' }
    const names = (await readMigrations(settings)).map((migration) => migration.name)
    expect(await migrate(clickhouse, settings)).toEqual(names)
    expect(await migrate(clickhouse, settings)).toEqual([])
    await expect(migrate(clickhouse, { SHOP_TIME_ZONE: 'Asia/Shanghai' })).rejects.toThrow(
      /was changed after it was applied/
    )
  })

  it('documents every table and column', async () => {
    const blank = await rows<{ name: string }>(`
      SELECT concat(database, '.', name) AS name FROM system.tables
      WHERE database IN ('raw', 'mart', 'ops') AND comment = '' AND engine LIKE '%MergeTree'
      UNION ALL
      SELECT concat(database, '.', table, '.', column.name) FROM system.columns AS column
      INNER JOIN system.tables AS owner ON owner.database = column.database AND owner.name = column.table
      WHERE database IN ('raw', 'mart', 'ops') AND column.comment = '' AND owner.engine LIKE '%MergeTree'`)
    expect(blank.map((row) => row.name)).toEqual([])
  })

  it('has a column for every field of every event', async () => {
    const columns = await rows<{ path: string }>(
      `SELECT concat(table, '.', name) AS path FROM system.columns WHERE database = 'raw'`
    )
    const known = new Set(columns.map((column) => column.path))
    const missing = eventTypes.flatMap((type) =>
      Object.keys(eventSchemas[type].properties)
        .map((field) => `${topicOf[type].split('.')[1]}.${field}`)
        .filter((path) => !known.has(path))
    )
    expect(missing).toEqual([])
    expect(topics.every((topic) => known.has(`${topic.split('.')[1]}.offset`))).toBe(true)
  })

  it('starts every partition at 0', async () => {
    expect(await openWarehouse(clickhouse).nextOffset({ topic: 'flipside.orders', partition: 0 })).toBe(0)
  })

  it('is proved complete', async () => {
    for (const check of [...(await checkFacts(clickhouse)), ...(await checkMarts(clickhouse))]) {
      expect({ [check.name]: await check.problems() }).toEqual({ [check.name]: [] })
    }
  })

  it('lets every job publish an empty version', async () => {
    const ports = {
      clickhouse,
      redis,
      config: readConfig({}),
      progress: () => {},
      sendEvents: async () => {}
    }
    for (const job of jobs) expect(await runJob(job, ports)).toMatchObject({ job: job.name, ok: true })
    const current = await redis.hgetall('flipside:current')
    expect(Object.keys(current).toSorted()).toEqual(servedKinds.toSorted())
    expect(await rows('SELECT job FROM ops.job_runs WHERE ok ORDER BY job')).toHaveLength(jobs.length)
  })

  it('stores what the collector should have refused, rather than stand still', async () => {
    const texts = ['😀', '{"type":"\\ud83d"}', '{"type":"product_viewed","\\ud83d":1}', '['.repeat(10_000)]
    const partition = newPartition({ topic: 'flipside.stock', partition: 0 })
    await partition.start()
    await partition.take(texts.map((text, offset) => ({ offset, key: null, value: Buffer.from(text) })))
    await partition.stop()
    const stored = await rows<{ body: string }>(
      "SELECT body FROM raw.rejected WHERE topic = 'flipside.stock' ORDER BY offset"
    )
    expect(stored.map((row) => row.body)).toEqual(texts)
  })

  it('stores an event with every optional field, and a repeat of it once', async () => {
    const event = {
      type: 'cart_added',
      event_id: '0198c0de-0000-7000-8000-000000000001',
      occurred_at: '2026-01-31T12:00:00.5Z',
      received_at: '2026-01-31T12:00:01Z',
      anonymous_id: '客人 😀',
      session_id: 's',
      source: 'test',
      schema_version: 1,
      simulated: ['*'],
      product_id: `drop table "raw.behaviour";\u2028--`,
      quantity: 2,
      position: 3
    }
    const value = Buffer.from(JSON.stringify(event))
    const partition = newPartition({ topic: 'flipside.behaviour', partition: 1 })
    await partition.start()
    await partition.take([{ offset: 0, key: null, value }])
    await partition.stop()
    await partition.take([1, 2].map((offset) => ({ offset, key: null, value })))
    await partition.stop()
    expect(
      await rows(
        'SELECT product_id, anonymous_id, toString(occurred_at) AS occurred_at, offset FROM raw.behaviour'
      )
    ).toEqual([
      {
        product_id: event.product_id,
        anonymous_id: '客人 😀',
        occurred_at: '2026-01-31 12:00:00.500',
        offset: expect.anything()
      }
    ])
    expect(
      await rows('SELECT sum(stored) AS stored, sum(repeats) AS repeats FROM ops.ingest_blocks')
    ).toMatchObject([
      {
        stored: expect.toSatisfy((count) => Number(count) === 1),
        repeats: expect.toSatisfy((count) => Number(count) === 2)
      }
    ])
  })

  it('notices what was changed behind its back', async () => {
    const at = { topic: 'flipside.orders', partition: 0 }
    const value = Buffer.from(
      JSON.stringify({
        type: 'order_placed',
        event_id: '0198c0de-0000-7000-8000-000000000009',
        occurred_at: '2026-01-31T12:00:00Z',
        order_id: 'o',
        currency: 'GBP',
        lines: [
          { line_id: 1, kind: 'product', product_id: 'p', description: 'true', quantity: 1, unit_price: '1' }
        ]
      })
    )
    const partition = newPartition(at)
    await partition.start()
    await partition.take([{ offset: 0, key: null, value }])
    await partition.stop()
    const problemsOf = async (name: string) =>
      (await checkMarts(clickhouse)).find((check) => check.name.startsWith(name))?.problems()
    expect(await problemsOf('mart.order_lines')).toEqual([])
    expect(await checkLog(clickhouse, [{ ...at, start: 0, end: 1 }]).problems()).toEqual([])
    // Rows with a NULL among their columns count too.
    await clickhouse.command({
      query: "ALTER TABLE mart.order_lines UPDATE description = 'false' WHERE 1 SETTINGS mutations_sync = 2"
    })
    expect(await problemsOf('mart.order_lines')).toHaveLength(1)
    // All three tables agree, but the log knows better.
    for (const table of [
      'raw.orders',
      'mart.order_lines',
      'mart.order_steps',
      'ops.event_ids',
      'ops.ingest_blocks'
    ]) {
      await clickhouse.command({ query: `TRUNCATE TABLE ${table}` })
    }
    for (const check of await checkFacts(clickhouse))
      if (check.name.startsWith('ranges')) expect(await check.problems()).toEqual([])
    expect(await checkLog(clickhouse, [{ ...at, start: 0, end: 1 }]).problems()).toHaveLength(1)
  })
})
