import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWarehouse, type WarehouseProcess } from '../../embedded/start-warehouse.ts'
import { describeWith } from '../real-services.ts'
import { canRun, runCommand } from '../run-command.ts'
import { choosePrograms, type Program } from './programs.ts'

const PROGRAM_MS_MAX = 60_000
const STREAMED = ['200000', '19999900000']
const NO_TIME = { hookTimeout: 600_000 }

const programs = await choosePrograms()
const curl: { command: string } | { missing: string } = (await canRun('curl', ['--version']))
  ? { command: 'curl' }
  : { missing: 'there is no curl' }

const dataDir = mkdtempSync(join(tmpdir(), 'flipside-clients-'))
let warehouse: WarehouseProcess
let client: ClickHouseClient

const ROW = {
  id: '61f0c404-5cb3-11e7-907b-a6006ad3dba0',
  kind: 'turntable',
  at: '2026-01-02 03:04:05.678',
  day: '2149-06-06',
  price: '-12345678901234.5678',
  total: '9999999999999999999999999999999999.9999',
  note: null,
  fee: null,
  tags: ["it's", 'é💿', ''],
  attributes: { speed: '33', "o'ring": 'a,b' },
  lines: [
    ['p-1', '1'],
    ['p-2', '255']
  ],
  paid: true,
  u8: '255',
  u16: '65535',
  u32: '4294967295',
  u64: '18446744073709551615',
  u128: '340282366920938463463374607431768211455',
  i32: '-2147483648',
  i64: '-9223372036854775808'
}
const SQL = readFileSync(join(import.meta.dirname, 'every-type.sql'), 'utf8')
const COLUMNS = [...SQL.matchAll(/^ {2}(\w+ .*?),?$/gm)].map(([, column = '']) => column)

beforeAll(async () => {
  warehouse = await startWarehouse({ dataDir, user: 'shop', password: "p&s s'w" })
  client = createClient({ url: warehouse.url, username: warehouse.user, password: warehouse.password })
  await client.command({ query: 'CREATE DATABASE shop' })
  await client.command({ query: SQL })
  await client.insert({
    table: 'shop.every_type',
    values: [ROW],
    format: 'JSONEachRow',
    clickhouse_settings: { input_format_json_named_tuples_as_objects: 0 }
  })
  for (const language of ['go', 'java', 'python']) {
    await client.command({ query: `CREATE TABLE shop.copied_${language} AS shop.every_type` })
    const numbers = `CREATE TABLE shop.numbers_${language} (n UInt64) ENGINE = MergeTree ORDER BY n`
    await client.command({ query: numbers })
  }
}, NO_TIME.hookTimeout)

afterAll(async () => {
  await client.close()
  await warehouse.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function run({ command, args }: Program, address: string[]): Promise<Record<string, unknown>> {
  const { user, password } = warehouse
  const output = await runCommand(command, [...args, ...address, user, password], PROGRAM_MS_MAX)
  const line = output.split('\n').findLast((text) => text.startsWith('{'))
  return JSON.parse(line ?? output) as Record<string, unknown>
}

async function valueOf(query: string): Promise<string> {
  return (await (await client.query({ query, format: 'TabSeparated' })).text()).trim()
}

/** A thousand rows that differ in one column, and are in all others what was read. */
function copied(language: string): Promise<string> {
  // A map has no order in Go, and nothing equals NULL.
  const others = 'toString(tuple(* EXCEPT (u32, attributes), mapSort(attributes)))'
  return valueOf(`SELECT count(), uniqExact(u32), uniqExact(${others}),
    any(${others}) = (SELECT ${others} FROM shop.every_type) FROM shop.copied_${language}`)
}

const common = {
  databases: expect.arrayContaining(['default', 'shop', 'system']),
  tables: ['every_type'],
  row: ROW,
  no_table: '60',
  wrong_password: '516',
  temporary: ['5'],
  late_error: '395'
}

describeWith('clickhouse-go over HTTP', programs.go, (program) => {
  it('reads and writes every type, with every packing, and hears of errors by number', async () => {
    const result = await run(program, [new URL(warehouse.url).host])
    expect(result).toMatchObject({
      ...common,
      columns: COLUMNS,
      bad_sql: '62',
      streamed_lz4: STREAMED,
      streamed_zstd: STREAMED,
      streamed_gzip: STREAMED,
      streamed_none: STREAMED
    })
    expect(await copied('go')).toBe('1000\t1000\t1\t1')
  })
})

describeWith('clickhouse-connect', programs.python, (program) => {
  it('reads and writes every type, frames, Arrow and files, with every packing', async () => {
    const { hostname, port } = new URL(warehouse.url)
    const result = await run(program, [hostname, port])
    expect(result).toMatchObject({
      ...common,
      columns: COLUMNS,
      bad_sql: '62',
      written_rows: '1000',
      frame: ['1000', '499500'],
      arrow: ['1000', '499500'],
      external: ['1', '2'],
      streamed_lz4: STREAMED,
      streamed_zstd: STREAMED,
      streamed_gzip: STREAMED,
      streamed_none: STREAMED
    })
    expect(await copied('python')).toBe('1000\t1000\t1\t1')
    expect(await valueOf('SELECT count() FROM shop.numbers_python')).toBe('6002')
  })
})

describeWith('clickhouse-jdbc', programs.java, (program) => {
  it('reads and writes every type, packed or not, and hears of errors by number', async () => {
    const result = await run(program, [warehouse.url])
    expect(result).toMatchObject({
      ...common,
      columns: COLUMNS,
      valid: true,
      bad_sql: '62',
      written_rows: '2',
      // The driver stops at what it cannot read, and does not look whether it is the server's message.
      late_error: expect.stringMatching(/^java.sql.SQLException: Failed to read value/),
      streamed_true: STREAMED,
      streamed_false: STREAMED
    })
    expect(await copied('java')).toBe('1000\t1000\t1\t1')
  })
})

describeWith('curl', curl, ({ command }) => {
  const ask = (...args: string[]): Promise<string> => {
    const { url, user, password } = warehouse
    return runCommand(command, ['--silent', '--user', `${user}:${password}`, ...args, url], PROGRAM_MS_MAX)
  }

  it('asks in every way that a shell has', async () => {
    expect(await ask('--data-binary', 'SELECT id FROM shop.every_type')).toBe(`${ROW.id}\n`)
    expect(await ask('--get', '--data-urlencode', 'query=SELECT 1 FORMAT CSV')).toBe('1\n')
    expect(await ask('--form', 'query=SELECT {n:UInt8}', '--form', 'param_n=7')).toBe('7\n')
    const file = join(dataDir, 'curl.csv')
    writeFileSync(file, '1\n2\n')
    const table = ['--form', `t=@${file}`, '--form', 't_structure=n UInt8', '--form', 't_format=CSV']
    expect(await ask(...table, '--form', 'query=SELECT sum(n) FROM t')).toBe('3\n')
    expect(await ask('--data-binary', 'SELECT 1 +')).toMatch(/^Code: 62\. DB::Exception: /)
    expect(await ask('--data-binary', 'SELECT 1', '--user', 'shop:wrong')).toMatch(/^Code: 516\. /)
    expect(await ask('--head')).toMatch(/^HTTP\/1\.1 200 OK/)
  })
})
