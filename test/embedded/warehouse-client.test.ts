import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { array, assert, asyncProperty, string } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMigrations } from '../../ingest/migrate.ts'
import { startWarehouse, type WarehouseProcess } from '../../embedded/start-warehouse.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'flipside-warehouse-'))
let warehouse: WarehouseProcess
let client: ClickHouseClient

beforeAll(async () => {
  warehouse = await startWarehouse({ dataDir })
  client = connect(warehouse)
})

afterAll(async () => {
  await client.close()
  await warehouse.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const connect = ({ url, user, password }: WarehouseProcess, compression = {}): ClickHouseClient =>
  createClient({ url, username: user, password, compression, log: { level: 127 } })

async function rowsOf(
  query: string,
  query_params: Record<string, unknown> = {},
  from = client
): Promise<unknown[]> {
  return (await from.query({ query, query_params, format: 'JSONEachRow' })).json()
}

describe('the ClickHouse client on the embedded warehouse', () => {
  it('pings, with and without a query', async () => {
    expect(await client.ping()).toMatchObject({ success: true })
    expect(await client.ping({ select: true })).toMatchObject({ success: true })
  })

  it('refuses a wrong password', async () => {
    const stranger = connect({ ...warehouse, password: 'wrong' })
    await expect(rowsOf('SELECT 1', {}, stranger)).rejects.toMatchObject({ code: '516' })
    await stranger.close()
  })

  it('gives back every text that was a parameter', async () => {
    await assert(
      asyncProperty(string({ unit: 'binary' }), array(string()), async (text, list) => {
        const sent = { text: text.toWellFormed(), list: list.map((entry) => entry.toWellFormed()) }
        expect(await rowsOf('SELECT {text:String} AS text, {list:Array(String)} AS list', sent)).toEqual([
          sent
        ])
      }),
      { seed: 7, numRuns: 60 }
    )
  })

  it('takes parameters of other types, and those that are too long for an address', async () => {
    const time = new Date('2026-01-02T03:04:05.678Z')
    const rows = await rowsOf(
      'SELECT {none:Nullable(String)} AS none, {time:DateTime64(3)} AS time, {map:Map(String, UInt8)} AS map, {table:Identifier} AS own',
      { none: null, time, map: { "a'b": 1 }, table: 'none' }
    )
    expect(rows).toEqual([{ none: null, time: '2026-01-02 03:04:05.678', map: { "a'b": 1 }, own: null }])
    const ids = Array.from({ length: 100_000 }, (_, i) => i)
    const result = await client.query({
      query: 'SELECT toUInt32(length({ids:Array(UInt32)})) AS length',
      query_params: { ids },
      use_multipart_params: true,
      format: 'JSONEachRow'
    })
    expect(await result.json()).toEqual([{ length: 100_000 }])
  })

  it('stores rows of every text as they are, never as SQL', async () => {
    await client.command({ query: 'CREATE TABLE texts (n UInt32, s String) ENGINE = MergeTree ORDER BY n' })
    const nasty = [
      'a\n\nDROP TABLE texts',
      "'); DROP TABLE texts; --",
      '\\',
      '"',
      '\u0000',
      '\r\n\r\n',
      '´✓💿',
      ';'
    ]
    const values = nasty.map((s, n) => ({ n, s }))
    const formats = [
      { format: 'JSONEachRow', values },
      { format: 'JSONCompactEachRow', values: nasty.map((s, n) => [n, s]) }
    ] as const
    for (const { format, values } of formats) {
      const insert = await client.insert<unknown>({ table: 'texts', values, format })
      expect(insert.summary?.written_rows).toBe(String(nasty.length))
    }
    expect(await rowsOf('SELECT DISTINCT n, s FROM texts ORDER BY n')).toEqual(values)
    expect(await rowsOf('SELECT toUInt32(count()) AS n FROM texts')).toEqual([{ n: 2 * nasty.length }])
  })

  it('stores streams of rows and of CSV, packed or not, and statements that carry their rows', async () => {
    await client.command({
      query: 'CREATE TABLE ways (way LowCardinality(String), n UInt32) ENGINE = MergeTree ORDER BY n'
    })
    const gzip = connect(warehouse, { request: true, response: true })
    const zstd = connect(warehouse, { request: { codec: 'zstd' }, response: { codec: 'zstd' } })
    await gzip.insert({ table: 'ways', values: manyRows('gzip'), format: 'JSONEachRow' })
    await zstd.insert({ table: 'ways', values: manyRows('zstd'), format: 'JSONEachRow' })
    const csv = Readable.from(
      Array.from({ length: 20_000 }, (_, n) => `csv,${n}\n`),
      { objectMode: false }
    )
    await client.insert({ table: 'ways', values: csv, format: 'CSV', columns: ['way', 'n'] })
    await client.command({ query: "INSERT INTO ways VALUES ('values', 1), ('val;ues', 2);" })
    await client.command({ query: "INSERT INTO ways (n, way) SELECT number, 'select' FROM numbers(3)" })
    await client.command({
      query: 'INSERT INTO ways FORMAT JSONEachRow\n{"way":"inline","n":1}\n\n{"way":"inline","n":2}\n'
    })
    const counted = 'SELECT way, toUInt32(count()) AS n FROM ways GROUP BY way ORDER BY way'
    for (const from of [client, gzip, zstd]) {
      expect(await rowsOf(counted, {}, from)).toEqual([
        { way: 'csv', n: 20_000 },
        { way: 'gzip', n: 20_000 },
        { way: 'inline', n: 2 },
        { way: 'select', n: 3 },
        { way: 'val;ues', n: 1 },
        { way: 'values', n: 1 },
        { way: 'zstd', n: 20_000 }
      ])
    }
    await Promise.all([gzip.close(), zstd.close()])
  })

  it('stores nothing of a block with one bad row, and says why', async () => {
    await client.command({ query: 'CREATE TABLE strict (n UInt32) ENGINE = MergeTree ORDER BY n' })
    const values = [{ n: 1 }, { n: 2 }, { n: 'three' }]
    await expect(client.insert({ table: 'strict', values, format: 'JSONEachRow' })).rejects.toMatchObject({
      code: '27',
      type: 'CANNOT_PARSE_INPUT_ASSERTION_FAILED'
    })
    expect(await rowsOf('SELECT * FROM strict')).toEqual([])
  })

  it('applies settings to their statement only, whatever runs beside it', async () => {
    const query = "SELECT toUInt32(getSetting('max_block_size')) AS size"
    const usual = await rowsOf(query)
    const asked = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? undefined : 1_000 + i))
    const answers = await Promise.all(
      asked.map(async (size) => {
        const clickhouse_settings = size === undefined ? {} : { max_block_size: String(size) }
        return (await client.query({ query, clickhouse_settings, format: 'JSONEachRow' })).json()
      })
    )
    expect(answers).toEqual(asked.map((size) => (size === undefined ? usual : [{ size }])))
  })

  it('streams a result that is larger than it holds, and tells of a failure half-way', async () => {
    const whole = await client.query({
      query: 'SELECT number AS n FROM numbers(1000000)',
      format: 'JSONEachRow'
    })
    let count = 0
    for await (const rows of whole.stream()) count += rows.length
    expect(count).toBe(1_000_000)
    const broken = await client.query({
      query: 'SELECT throwIf(number = 3000000) AS n FROM numbers(4000000)',
      format: 'JSONEachRow'
    })
    await expect(broken.json()).rejects.toMatchObject({ code: '395' })
  })

  it('stops a query by its id', async () => {
    const query_id = randomUUID()
    const failing = expect(
      client.query({
        query: 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)',
        query_id,
        format: 'JSONEachRow'
      })
    ).rejects.toMatchObject({ code: '394' })
    await until(async () => (await runningWith(query_id)) === 1)
    await client.command({ query: `KILL QUERY WHERE query_id = '${query_id}'` })
    await failing
  })

  it('stops a query whose reader has gone', async () => {
    const query_id = randomUUID()
    const abort = new AbortController()
    const query = 'SELECT number, toString(number) AS s FROM numbers(1000000000000)'
    const result = await client.query({ query, query_id, abort_signal: abort.signal, format: 'JSONEachRow' })
    result.stream().on('error', () => undefined)
    expect(await runningWith(query_id)).toBe(1)
    abort.abort()
    result.close()
    await until(async () => (await runningWith(query_id)) === 0)
  })

  it('serves others after many readers that went at any moment', async () => {
    for (let i = 0; i < 24; i++) {
      const abort = new AbortController()
      const query = 'SELECT number FROM numbers(1000000000000)'
      const going = client
        .query({ query, abort_signal: abort.signal, format: 'JSONEachRow' })
        .catch(() => undefined)
      await sleep(i)
      abort.abort()
      const result = await going
      result?.close()
    }
    await until(
      async () =>
        (await rowsOf("SELECT 1 FROM system.processes WHERE query LIKE '%numbers(1_%'")).length === 1
    )
  })
})

const manyRows = (way: string): Readable =>
  Readable.from(Array.from({ length: 20_000 }, (_, n) => ({ way, n })))

const runningWith = async (queryId: string): Promise<number> =>
  (
    await rowsOf("SELECT 1 FROM system.processes WHERE Settings['log_comment'] = {queryId:String}", {
      queryId
    })
  ).length

/** Bounded by the test's own time. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20)
}

describe('the project on the embedded warehouse', () => {
  beforeAll(async () => {
    for (const { statements } of await readMigrations({ SHOP_TIME_ZONE: 'Europe/London' }))
      for (const query of statements) await client.command({ query })
  })

  it('stores a block of orders once, however often it is sent with the same token', async () => {
    const values = [orderPlaced(0), orderPlaced(1), { ...orderPlaced(2), type: 'order_cancelled', lines: [] }]
    const send = (token: string) =>
      client.insert({
        table: 'raw.orders',
        values,
        format: 'JSONEachRow',
        clickhouse_settings: {
          async_insert: 0,
          insert_deduplicate: 1,
          deduplicate_blocks_in_dependent_materialized_views: 1,
          date_time_input_format: 'best_effort',
          insert_deduplication_token: token
        }
      })
    const counts = () =>
      rowsOf(
        `SELECT * FROM (
          SELECT 'ids' AS name, toUInt32(count()) AS n FROM ops.event_ids UNION ALL
          SELECT 'lines', toUInt32(count()) FROM mart.order_lines UNION ALL
          SELECT 'orders', toUInt32(count()) FROM raw.orders UNION ALL
          SELECT 'steps', toUInt32(count()) FROM mart.order_steps
        ) ORDER BY name`
      )
    const once = [
      { name: 'ids', n: 3 },
      { name: 'lines', n: 4 },
      { name: 'orders', n: 3 },
      { name: 'steps', n: 3 }
    ]
    await send('flipside.orders:0:0-2:0')
    expect(await counts()).toEqual(once)
    await send('flipside.orders:0:0-2:0')
    expect(await counts()).toEqual(once)
    await send('flipside.orders:0:3-5:0')
    expect(await counts()).toEqual(once.map(({ name, n }) => ({ name, n: 2 * n })))
    expect(
      await rowsOf('SELECT DISTINCT occurred_at, day, amount FROM mart.order_lines ORDER BY amount')
    ).toEqual([
      { occurred_at: '2026-06-30 23:30:00.123', day: '2026-07-01', amount: 5.1 },
      { occurred_at: '2026-06-30 23:30:00.123', day: '2026-07-01', amount: 12.95 }
    ])
  })

  it('refreshes a view when asked', async () => {
    await client.insert({ table: 'raw.orders', values: [orderPlaced(9)], format: 'JSONEachRow' })
    await client.command({
      query: `CREATE MATERIALIZED VIEW mart.order_count REFRESH EVERY 1 YEAR ENGINE = MergeTree ORDER BY tuple() EMPTY AS
        SELECT count() AS orders FROM raw.orders WHERE order_id = 'o-9'`
    })
    await client.command({ query: 'SYSTEM REFRESH VIEW mart.order_count' })
    await client.command({ query: 'SYSTEM WAIT VIEW mart.order_count' })
    expect(await rowsOf('SELECT toUInt32(orders) AS orders FROM mart.order_count')).toEqual([{ orders: 1 }])
    await client.command({ query: 'DROP VIEW mart.order_count' })
  })

  it('refreshes a view by itself', async () => {
    await client.command({ query: 'CREATE TABLE mart.ticks (at DateTime) ENGINE = MergeTree ORDER BY at' })
    const view =
      'CREATE MATERIALIZED VIEW mart.tick REFRESH EVERY 1 SECOND APPEND TO mart.ticks AS SELECT now() AS at'
    await client.command({ query: view })
    await until(async () => (await rowsOf('SELECT DISTINCT at FROM mart.ticks')).length >= 2)
    await client.command({ query: 'DROP VIEW mart.tick' })
  })
})

function orderPlaced(offset: number) {
  const line = { kind: 'product', description: 'It\'s "Blue"\n\nTrain', quantity: 1 }
  return {
    event_id: randomUUID(),
    type: 'order_placed',
    occurred_at: '2026-06-30T23:30:00.123Z',
    order_id: `o-${offset}`,
    user_id: 'c-1',
    currency: 'GBP',
    tax_included: true,
    country: 'United Kingdom',
    channel: 'web',
    lines: [
      { ...line, line_id: 0, product_id: 'p-1', unit_price: '12.95' },
      { ...line, line_id: 1, product_id: 'p-2', unit_price: '2.55', quantity: 2 }
    ],
    topic: 'flipside.orders',
    partition: 0,
    offset,
    epoch: 0
  }
}
