import type { IncomingMessage } from 'node:http'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../embedded/warehouse/engine.ts'
import { packOne, unpackChecked } from '../../embedded/warehouse/packing/checked-blocks.ts'
import { readRequest } from '../../embedded/warehouse/request.ts'
import { withoutSessions, type Connect } from '../../embedded/warehouse/sessions.ts'
import { startWarehouse, type WarehouseProcess } from '../../embedded/start-warehouse.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'flipside-warehouse-'))
let warehouse: WarehouseProcess

beforeAll(async () => {
  warehouse = await startWarehouse({ dataDir })
})

afterAll(async () => {
  await warehouse.close()
  rmSync(dataDir, { recursive: true, force: true })
})

type Query = Record<string, string>

function send(body: string | Uint8Array<ArrayBuffer> | FormData, query: Query = {}): Promise<Response> {
  const { url, user, password } = warehouse
  const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password }
  return fetch(`${url}/?${new URLSearchParams(query)}`, { method: 'POST', headers, body })
}

/** The text of the answer, or the number of the error. */
async function ask(body: string | FormData, query: Query = {}): Promise<string> {
  const response = await send(body, query)
  const text = await response.text()
  return response.headers.get('x-clickhouse-exception-code') ?? text
}

const unpack = (packed: ArrayBuffer): Promise<Buffer> =>
  buffer(Readable.from([Buffer.from(packed)]).pipe(unpackChecked()))

describe('a session of the embedded warehouse', () => {
  it('keeps settings, the database and temporary tables, and shows them to no other', async () => {
    const one = { session_id: 'one' }
    await ask('CREATE DATABASE other', one)
    await ask('USE other', { ...one, database: 'default' })
    await ask('SET max_block_size = 1234', { ...one, max_block_size: '99' })
    await ask('CREATE TEMPORARY TABLE kept (n UInt8)', one)
    await ask('INSERT INTO kept VALUES (1), (2)', one)
    const look = "SELECT currentDatabase(), getSetting('max_block_size'), (SELECT sum(n) FROM kept)"
    expect(await ask(look, one)).toBe('other\t1234\t3\n')
    expect(await ask('SELECT n FROM kept')).toBe('60')
    expect(await ask('SELECT n FROM kept', { session_id: 'two' })).toBe('60')
  })

  it('takes back what was set for one request', async () => {
    const session = { session_id: 'restored' }
    const look = "SELECT getSetting('max_block_size'), currentDatabase()"
    const usual = await ask(look, session)
    expect(await ask(look, { ...session, max_block_size: '77', database: 'system' })).toBe('77\tsystem\n')
    expect(await ask(look, session)).toBe(usual)
    expect(await ask('SELECT throwIf(1)', { ...session, max_block_size: '77' })).toBe('395')
    expect(await ask('SELECT {n:UInt8}', { ...session, param_n: '5' })).toBe('5\n')
    expect(await ask(look, session)).toBe(usual)
  })

  it('only reads for GET, and writes again for POST', async () => {
    const { url, user, password } = warehouse
    const get = async (query: string) => {
      const address = new URLSearchParams({ session_id: 'get', query, user, password })
      return (await fetch(`${url}/?${address}`)).headers.get('x-clickhouse-exception-code')
    }
    for (const query of [
      'SELECT 1',
      '(SELECT 1) UNION ALL SELECT 2',
      'SHOW TABLES',
      'SET max_block_size = 1'
    ])
      expect([query, await get(query)]).toEqual([query, null])
    const writing = ['CREATE TABLE no (n Int8) ENGINE = Memory', 'INSERT INTO no VALUES (1)', 'DROP TABLE no']
    for (const query of [...writing, 'WITH 1 AS n INSERT INTO no SELECT n'])
      expect([query, await get(query)]).toEqual([query, '164'])
    expect(await ask('CREATE TABLE yes (n Int8) ENGINE = Memory', { session_id: 'get' })).toBe('')
  })

  it('is locked while it is used, but not for the request that follows at once', async () => {
    const session = { session_id: 'locked' }
    for (let i = 0; i < 20; i++) expect(await ask('SELECT 1', session)).toBe('1\n')
    const slow = ask('SELECT sleep(0.5)', session)
    await sleep(100)
    expect(await ask('SELECT 1', session)).toBe('373')
    expect(await slow).toBe('0\n')
    expect(await ask('SELECT 1', session)).toBe('1\n')
  })

  it('ends when told, or when nobody used it for its time', async () => {
    await ask('CREATE TEMPORARY TABLE gone (n UInt8)', { session_id: 'ended' })
    expect(await ask('SELECT count() FROM gone', { session_id: 'ended', close_session: '1' })).toBe('0\n')
    expect(await ask('SELECT 1', { session_id: 'ended', session_check: '1' })).toBe('372')
    expect(await ask('SELECT 1', { session_id: 'brief', session_timeout: '1' })).toBe('1\n')
    expect(await ask('SELECT 1', { session_id: 'brief', session_timeout: '1', session_check: '1' })).toBe(
      '1\n'
    )
    await sleep(1_300)
    expect(await ask('SELECT 1', { session_id: 'brief', session_check: '1' })).toBe('372')
    expect(await ask('SELECT 1', { session_id: 'long', session_timeout: '999999' })).toBe('374')
  })

  it('is refused when there are too many', async () => {
    const answers = []
    for (let i = 0; i < 210; i++) answers.push(await ask('SELECT 1', { session_id: `many-${i}` }))
    expect(answers.slice(0, 150)).toEqual(Array.from({ length: 150 }, () => '1\n'))
    expect(answers.at(-1)).toBe('202')
    for (let i = 0; i < 210; i++) await ask('SELECT 1', { session_id: `many-${i}`, close_session: '1' })
  })
})

describe('the protocol of the embedded warehouse', () => {
  it('holds a result back until its end, however large, so that a failure has its status', async () => {
    const held = { wait_end_of_query: '1' }
    const fails = 'SELECT throwIf(number = 3000000) FROM numbers(4000000)'
    expect(await ask(fails, held)).toBe('395')
    const whole = await send('SELECT number FROM numbers(1000000)', held)
    expect((await whole.text()).split('\n').length).toBe(1_000_001)
    expect(JSON.parse(whole.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({
      result_rows: '1000000'
    })
    expect(readdirSync(join(dataDir, 'spool')).filter((file) => file.endsWith('.result'))).toEqual([])
  })

  it('packs results and errors, and unpacks bodies, as its native clients do', async () => {
    for (const rows of [1, 500_000]) {
      const body = `SELECT number FROM numbers(${rows})`
      const packed = await (await send(body, { compress: '1' })).arrayBuffer()
      expect((await unpack(packed)).toString()).toBe(await ask(body))
    }
    const failed = await send('SELECT * FROM nowhere', { compress: '1' })
    expect(failed.status).toBe(404)
    expect((await unpack(await failed.arrayBuffer())).toString()).toMatch(/^Code: 60\. /)
    await ask('CREATE TABLE packed (s String) ENGINE = Memory')
    const rows = new Uint8Array(Buffer.concat([packOne(Buffer.from('a\n')), packOne(Buffer.from('b\n'))]))
    const insert = { query: 'INSERT INTO packed FORMAT TSV', decompress: '1' }
    expect(await (await send(rows, insert)).text()).toBe('')
    expect(await ask('SELECT s FROM packed ORDER BY s')).toBe('a\nb\n')
    rows[30] = (rows[30] ?? 0) ^ 1
    expect((await send(rows, insert)).headers.get('x-clickhouse-exception-code')).toBe('40')
  })

  it('reads tables that come with the statement, whose columns are names and types only', async () => {
    const form = (rows: string) => {
      const parts = new FormData()
      parts.append('wanted', new Blob([rows]), 'wanted')
      return parts
    }
    const query = 'SELECT sum(n), any(s) FROM wanted WHERE n IN (SELECT n FROM wanted)'
    const about = { query, wanted_structure: 'n UInt8, s LowCardinality(String)', wanted_format: 'CSV' }
    for (const session of [{}, { session_id: 'external' }, { session_id: 'external' }])
      expect(await ask(form('1,é\n2,é\n'), { ...about, ...session })).toBe('3\té\n')
    const types = { query: 'SELECT _1, _2 FROM wanted', wanted_types: 'UInt8,String' }
    expect(await ask(form('1\tx\n'), types)).toBe('1\tx\n')
    for (const wanted_structure of [
      "n UInt8 DEFAULT length(file('/etc/passwd'))",
      'n UInt8) AS SELECT (1',
      'n'
    ])
      expect(await ask(form('1\n'), { ...about, wanted_structure })).toBe('62')
    expect(await ask(form('1\n'), { query })).toBe('62')
  })

  it('answers HEAD as GET without its body', async () => {
    const { url, user, password } = warehouse
    const address = new URLSearchParams({ query: 'SELECT 1', user, password })
    const response = await fetch(`${url}/?${address}`, { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('x-clickhouse-format')).toBe('TabSeparated')
    expect((await fetch(`${url}/ping`, { method: 'HEAD' })).status).toBe(200)
  })

  it('finishes what it has begun when it is told to stop', async () => {
    const ownDir = mkdtempSync(join(tmpdir(), 'flipside-warehouse-'))
    const own = await startWarehouse({ dataDir: ownDir })
    const headers = { 'X-ClickHouse-User': own.user, 'X-ClickHouse-Key': own.password }
    const running = fetch(own.url, {
      method: 'POST',
      headers,
      body: "SELECT sleep(1), repeat('x', 1000000)"
    }).then((response) => response.text())
    await sleep(200)
    const stopped = Date.now()
    await own.close()
    expect(Date.now() - stopped).toBeLessThan(3_000)
    expect((await running).length).toBe(1_000_003)
    rmSync(ownDir, { recursive: true, force: true })
  })
})

describe('a user who may leave nothing on a connection', () => {
  it('gets no session and brings no table, however it asks', async () => {
    const nobody = { withConnection: async () => 'a connection of its own' }
    const { use } = withoutSessions(nobody as unknown as Engine)
    const request = (address: string) => readRequest({ url: address, headers: {} } as IncomingMessage)
    const work = (connect: Connect) => connect(async () => '')
    expect(await use(request('/'), work)).toBe('a connection of its own')
    await expect(use(request('/?session_id=s'), work)).rejects.toMatchObject({ code: 48 })
    const withTable = { name: 't', structure: 'n Int8', format: 'CSV', rows: new Uint8Array() }
    await expect(use({ ...request('/'), externalTables: [withTable] }, work)).rejects.toMatchObject({
      code: 48
    })
  })
})
