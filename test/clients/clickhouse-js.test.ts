import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { ClickHouseError, createClient, TupleParam, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWarehouse, type WarehouseProcess } from '../../embedded/start-warehouse.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'flipside-clients-'))
const opened: ClickHouseClient[] = []
let warehouse: WarehouseProcess
let client: ClickHouseClient

beforeAll(async () => {
  warehouse = await startWarehouse({ dataDir })
  client = connect()
})

afterAll(async () => {
  for (const each of opened) await each.close()
  await warehouse.close()
  rmSync(dataDir, { recursive: true, force: true })
})

function connect(options: Parameters<typeof createClient>[0] = {}): ClickHouseClient {
  const { url, user, password } = warehouse
  const made = createClient({ url, username: user, password, log: { level: 127 }, ...options })
  opened.push(made)
  return made
}

async function rowsOf(query: string, from = client, options = {}): Promise<unknown[]> {
  return (await from.query({ query, format: 'JSONEachRow', ...options })).json()
}

describe('the ClickHouse client in a session', () => {
  it('has temporary tables and settings, one request after the other', async () => {
    const session = connect({ session_id: 'mine', max_open_connections: 1 })
    await session.command({ query: 'CREATE TEMPORARY TABLE mine (n Int32, s String)' })
    await session.insert({ table: 'mine', values: [{ n: 1, s: 'a' }], format: 'JSONEachRow' })
    await session.command({ query: "SET max_block_size = '55'" })
    for (let i = 0; i < 10; i++)
      expect(await rowsOf('SELECT n, s FROM mine', session)).toEqual([{ n: 1, s: 'a' }])
    const setting = "SELECT toInt32(getSetting('max_block_size')) AS n"
    expect(await rowsOf(setting, session)).toEqual([{ n: 55 }])
    expect(await rowsOf(setting, session, { clickhouse_settings: { max_block_size: '66' } })).toEqual([
      { n: 66 }
    ])
    expect(await rowsOf(setting, session)).toEqual([{ n: 55 }])
    await expect(rowsOf('SELECT n FROM mine')).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' })
    // A session of its own for one request.
    expect(await rowsOf('SELECT 1 AS n', client, { session_id: 'other' })).toEqual([{ n: 1 }])
  })

  it('hears that it is locked', async () => {
    const session = connect({ session_id: 'busy' })
    const both = await Promise.allSettled([
      rowsOf('SELECT sleep(0.4)', session),
      rowsOf('SELECT sleep(0.4)', session)
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const reason: unknown = both.find((each) => each.status === 'rejected')?.reason
    expect(reason).toMatchObject({ code: '373', type: 'SESSION_IS_LOCKED' })
  })
})

/** Of each type a value at an end of its range, as JSON gives it back. */
const SCALARS: Record<string, unknown> = {
  Bool: true,
  UInt8: 255,
  UInt16: 65_535,
  UInt32: 4_294_967_295,
  UInt64: '18446744073709551615',
  UInt128: '340282366920938463463374607431768211455',
  UInt256: '115792089237316195423570985008687907853269984665640564039457584007913129639935',
  Int8: -128,
  Int16: -32_768,
  Int32: -2_147_483_648,
  Int64: '-9223372036854775808',
  Int128: '-170141183460469231731687303715884105728',
  Float32: 1.5,
  Float64: 1.1,
  'Decimal(9, 2)': 1_234_567.89,
  String: 'é💿\n\'"\\\t',
  'FixedString(3)': 'abc',
  UUID: '61f0c404-5cb3-11e7-907b-a6006ad3dba0',
  Date: '2149-06-06',
  Date32: '2299-12-31',
  DateTime: '2106-02-07 06:28:15',
  "DateTime('UTC')": '1970-01-01 00:00:00',
  'DateTime64(3)': '2299-12-31 23:59:59.999',
  "DateTime64(9, 'UTC')": '2026-01-02 03:04:05.123456789',
  IPv4: '255.255.255.255',
  IPv6: '2001:db8::ff00:42:8329',
  "Enum8('a' = 1, 'b' = 2)": 'b',
  'LowCardinality(String)': 'x',
  'Nullable(String)': null,
  'LowCardinality(Nullable(String))': null,
  'Array(Nullable(UInt8))': [1, null],
  'Array(Array(String))': [['a'], []],
  'Map(String, UInt8)': { a: 1 },
  'Map(UInt8, Array(String))': { 1: ['x'] },
  'Tuple(a UInt8, b String)': { a: 1, b: 'x' },
  'Array(Tuple(a UInt8, b Nullable(String)))': [{ a: 1, b: null }],
  'Variant(UInt8, String)': 'x',
  JSON: { a: { b: 'x' } }
}

const FORMATS = [
  'JSONEachRow',
  'JSONStringsEachRow',
  'JSONCompactEachRow',
  'JSONCompactStringsEachRow',
  'JSONCompactEachRowWithNames',
  'JSONCompactEachRowWithNamesAndTypes',
  'JSONCompactStringsEachRowWithNames',
  'JSONCompactStringsEachRowWithNamesAndTypes',
  'CSV',
  'CSVWithNames',
  'CSVWithNamesAndTypes',
  'CustomSeparated',
  'TabSeparated',
  'TabSeparatedRaw',
  'TabSeparatedWithNames',
  'TabSeparatedWithNamesAndTypes',
  'Parquet'
] as const

describe('the ClickHouse client', () => {
  it.each(Object.entries(SCALARS))('stores and gives back %s', async (type, value) => {
    await client.command({ query: `CREATE OR REPLACE TABLE scalar (v ${type}) ENGINE = Memory` })
    await client.insert({ table: 'scalar', values: [{ v: value }], format: 'JSONEachRow' })
    const clickhouse_settings = {
      output_format_json_quote_64bit_integers: 1,
      output_format_json_named_tuples_as_objects: 1
    } as const
    expect(await rowsOf('SELECT v FROM scalar', client, { clickhouse_settings })).toEqual([{ v: value }])
  })

  it.each(FORMATS)('writes as %s what it read as that', async (format) => {
    await client.command({ query: 'CREATE OR REPLACE TABLE formed (n UInt32, s String) ENGINE = Memory' })
    const query = `SELECT toUInt32(number) AS n, concat('a,b ', toString(number)) AS s FROM numbers(3) FORMAT ${format}`
    const { stream } = await client.exec({ query })
    const bytes = await buffer(stream)
    await text(
      (await client.exec({ query: `INSERT INTO formed FORMAT ${format}`, values: Readable.from([bytes]) }))
        .stream
    )
    expect(await rowsOf('SELECT * FROM formed ORDER BY n')).toEqual([
      { n: 0, s: 'a,b 0' },
      { n: 1, s: 'a,b 1' },
      { n: 2, s: 'a,b 2' }
    ])
  })

  it('gives each error its number and its type', async () => {
    const cases = [
      ['SELECT * FROM nowhere', '60', 'UNKNOWN_TABLE'],
      ['SELECT nothing FROM system.one', '47', 'UNKNOWN_IDENTIFIER'],
      ['SELECT nonsense(1)', '46', 'UNKNOWN_FUNCTION'],
      ['SELECT 1 +', '62', 'SYNTAX_ERROR'],
      ["SELECT toUInt8('x')", '6', 'CANNOT_PARSE_TEXT'],
      ['SELECT {n:UInt8}', '456', 'UNKNOWN_QUERY_PARAMETER']
    ]
    for (const [query = '', code, type] of cases) {
      const error: unknown = await rowsOf(query).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ClickHouseError)
      expect(error).toMatchObject({ code, type })
    }
    const database = connect({ database: 'nowhere' })
    await expect(rowsOf('SELECT 1', database)).rejects.toMatchObject({ code: '81', type: 'UNKNOWN_DATABASE' })
    const role = rowsOf('SELECT 1', client, { role: 'nobody' })
    await expect(role).rejects.toMatchObject({ code: '511', type: 'UNKNOWN_ROLE' })
  })

  it('takes parameters of every shape', async () => {
    const query_params = {
      flag: true,
      numbers: [1, 2],
      nested: [['a'], ["b'c"]],
      pair: new TupleParam([1, 'x']),
      map: new Map([['k', 5]]),
      day: '2026-01-02',
      tab: 'a\tb\nc\\d'
    }
    const query = `SELECT {flag:Bool} AS flag, {numbers:Array(UInt8)} AS numbers, {nested:Array(Array(String))} AS nested,
      {pair:Tuple(UInt8, String)} AS pair, {map:Map(String, UInt8)} AS map, {day:Date} AS day, {tab:String} AS tab`
    expect(await rowsOf(query, client, { query_params })).toEqual([
      { ...query_params, pair: [1, 'x'], map: { k: 5 } }
    ])
  })

  it('says what a statement read and wrote, and waits for its end when asked', async () => {
    await client.command({ query: 'CREATE OR REPLACE TABLE told (n UInt32) ENGINE = Memory' })
    const { summary, query_id } = await client.command({
      query: 'INSERT INTO told VALUES (1), (2), (3)',
      query_id: 'told-once'
    })
    expect([summary?.written_rows, query_id]).toEqual(['3', 'told-once'])
    const clickhouse_settings = { wait_end_of_query: 1 } as const
    const late = rowsOf('SELECT throwIf(number = 3000000) FROM numbers(4000000)', client, {
      clickhouse_settings
    })
    await expect(late).rejects.toMatchObject({ code: '395' })
  })
})
