import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packOne } from '../../embedded/warehouse/packing/checked-blocks.ts'
import { startWarehouse, type WarehouseProcess } from '../../embedded/start-warehouse.ts'
import { migrate } from '../../ingest/migrate.ts'
import { escapeAttempts, type Attempt } from './escapes.ts'

const SECRET = 'TOP-SECRET-4711'
const dataDir = mkdtempSync(join(tmpdir(), 'flipside-analysts-'))
const secretFile = join(dataDir, 'secret.txt')
const writtenFile = join(dataDir, 'written.txt')
let warehouse: WarehouseProcess

type User = { name: string; password: string }
const ANA = { name: 'ana', password: 'a:b c' }
const writer = (): User => ({ name: warehouse.user, password: warehouse.password })

/** What the attempts are after, made by the writer. */
const SETUP = [
  'INSERT INTO mart.order_lines (order_id, amount) SELECT toString(number), 1 FROM numbers(1000)',
  'CREATE TABLE mart.t (a Int32, s String) ENGINE = MergeTree ORDER BY a',
  'INSERT INTO mart.t SELECT number, toString(number) FROM numbers(1000)',
  'CREATE TABLE raw.t (a Int32, s String) ENGINE = MergeTree ORDER BY a',
  `INSERT INTO raw.t VALUES (1, '${SECRET}')`,
  'CREATE TABLE ops.x (s String) ENGINE = Memory',
  `INSERT INTO ops.x VALUES ('${SECRET}')`,
  'CREATE TABLE raw.j (a Int32, s String) ENGINE = Join(ANY, LEFT, a)',
  `INSERT INTO raw.j VALUES (1, '${SECRET}')`,
  "CREATE DICTIONARY raw.d (a UInt64, s String) PRIMARY KEY a SOURCE(CLICKHOUSE(TABLE 't' DB 'raw')) LAYOUT(FLAT()) LIFETIME(0)",
  'CREATE VIEW mart.v AS SELECT a, upper(s) AS s FROM mart.t',
  'CREATE VIEW mart.invoker SQL SECURITY INVOKER AS SELECT * FROM raw.t',
  'CREATE VIEW mart.near AS SELECT a FROM mart.t WHERE a = {a:Int32}',
  'CREATE FUNCTION reads AS x -> file(x)'
]

beforeAll(async () => {
  writeFileSync(secretFile, SECRET)
  warehouse = await startWarehouse({ dataDir, analysts: `${ANA.name}:${ANA.password},bob:b` })
  const client = createClient({
    url: warehouse.url,
    username: warehouse.user,
    password: warehouse.password
  })
  await migrate(client, { SHOP_TIME_ZONE: 'Europe/London' })
  await client.close()
  for (const sql of SETUP) expect([sql, (await send(sql, { user: writer() })).text]).toEqual([sql, ''])
})

afterAll(async () => {
  await warehouse.close()
  rmSync(dataDir, { recursive: true, force: true })
})

type Answer = { status: number; code: number; text: string; bytes: number; cut: boolean }

async function send(
  sql: string,
  { user = ANA, query = {} }: { user?: User; query?: Record<string, string> } = {}
): Promise<Answer> {
  const response = await fetch(`${warehouse.url}/?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: {
      'X-ClickHouse-User': user.name,
      'X-ClickHouse-Key': user.password,
      // Of a packed result that is cut, `fetch` would not give the last part.
      'Accept-Encoding': 'identity'
    },
    body: sql
  })
  const { text, bytes, cut } = await readAll(response)
  const code = Number(
    response.headers.get('x-clickhouse-exception-code') ??
      /__exception__[^]*?Code: (\d+)/.exec(text)?.[1] ??
      0
  )
  return { status: response.status, code, text, bytes, cut }
}

/** Keeps the end only, where a failure in the middle is told; the server then cuts the connection. */
async function readAll({ body }: Response): Promise<{ text: string; bytes: number; cut: boolean }> {
  let text = ''
  let bytes = 0
  try {
    for await (const chunk of body ?? []) {
      bytes += chunk.length
      text = (text + Buffer.from(chunk).toString('latin1')).slice(-100_000)
    }
    return { text, bytes, cut: false }
  } catch {
    return { text, bytes, cut: true }
  }
}

const rows = async (sql: string, query?: Record<string, string>): Promise<string> => {
  const answer = await send(sql, query && { query })
  expect([sql, answer.status, answer.code]).toEqual([sql, 200, 0])
  return answer.text
}

describe('what an analyst may do', () => {
  it('reads every mart, though most are made of what is private', async () => {
    const marts = (
      await rows(
        "SELECT name FROM system.tables WHERE database = 'mart' AND engine != 'MaterializedView' AND name NOT IN ('invoker', 'near')"
      )
    )
      .trim()
      .split('\n')
    expect(marts.length).toBeGreaterThan(15)
    for (const name of marts) await rows(`SELECT * FROM mart.${name} LIMIT 1`)
  })

  it.each([
    ['SELECT 1', '1\n'],
    ['SELECT count() FROM t', '1000\n'],
    ['SELECT sumIf(a, a > 997), count(DISTINCT s), uniqExactIf(a, a < 5) FROM mart.t', '1997\t1000\t5\n'],
    ["WITH x AS (SELECT a FROM t WHERE s LIKE '99%') SELECT max(a) FROM x", '999\n'],
    ['SELECT a, row_number() OVER (ORDER BY a DESC) AS r FROM t QUALIFY r = 1', '999\t1\n'],
    [
      'SELECT arrayMap(x -> x * 2, [1, 2]), CASE WHEN 1 THEN 2 END, toDate(0) + INTERVAL 1 MONTH',
      '[2,4]\t2\t1970-02-01\n'
    ],
    [
      'SELECT arrayMap(length, [s, s]), arraySum([a, 1]), arrayMax(x -> -x, [1, 2]) FROM t WHERE a = 10',
      '[2,2]\t11\t-1\n'
    ],
    ['SELECT x.a FROM t AS x JOIN v AS y USING a WHERE x.a IN (SELECT 3) ORDER BY 1', '3\n'],
    ['SELECT * EXCEPT s REPLACE (a + 1 AS a) FROM t ORDER BY a LIMIT 1', '1\n'],
    ["SELECT * FROM values('a Int8, b String', (1, 'x'))", '1\tx\n'],
    ['SELECT sum(number) FROM numbers(10)', '45\n'],
    ['SELECT * FROM mart.near(a = 4)', '4\n'],
    ['SHOW DATABASES', 'INFORMATION_SCHEMA\ndefault\ninformation_schema\nmart\nsystem\n'],
    ["SHOW TABLES FROM mart LIKE 't'", 't\n'],
    ['EXISTS TABLE mart.t', '1\n'],
    ['DESCRIBE TABLE t', 'a\tInt32\t\t\t\t\t\ns\tString\t\t\t\t\t\n'],
    ["SELECT name FROM system.columns WHERE database = 'mart' AND table = 't'", 'a\ns\n'],
    ["SELECT count() FROM system.tables WHERE database IN ('raw', 'ops')", '0\n'],
    ["SELECT count() FROM information_schema.columns WHERE table_name = 't'", '2\n'],
    ["SELECT value FROM system.settings WHERE name = 'readonly'", '1\n'],
    ['SELECT currentDatabase()', 'mart\n']
  ])('%s', async (sql, expected) => {
    expect(await rows(sql)).toBe(expected)
  })

  it.each([
    'SHOW CREATE TABLE mart.t',
    'SHOW COLUMNS FROM t FROM mart',
    "SHOW FUNCTIONS LIKE 'arrayMap'",
    "SHOW SETTINGS LIKE 'max_threads'",
    'EXPLAIN SELECT * FROM t',
    'EXPLAIN actions = 1 SELECT * FROM t',
    'EXPLAIN SYNTAX SELECT 1',
    'SELECT * FROM system.data_type_families LIMIT 1',
    'SELECT version(), timezone(), hostName(), currentUser()'
  ])('%s answers something', async (sql) => {
    expect(await rows(sql)).not.toBe('')
  })

  it('gets every format, byte for byte what the pipeline gets', async () => {
    const formats = (await rows('SELECT name FROM system.formats WHERE is_output')).trim().split('\n')
    expect(formats.length).toBeGreaterThan(60)
    const wrong: string[] = []
    for (const format of formats) {
      const sql = `SELECT a, s FROM mart.t ORDER BY a LIMIT 10 FORMAT ${format}`
      const [mine, theirs] = [await send(sql), await send(sql, { user: writer() })]
      // They hold times, or random numbers between files.
      const same = VARIES.test(format) || mine.text === theirs.text || mine.status !== 200
      if (mine.status !== theirs.status || !same) wrong.push(format)
    }
    expect(wrong).toEqual([])
  })
  const VARIES =
    /WithProgress$|^(Avro|JSON|JSONCompact|JSONStrings|JSONCompactStrings|JSONColumnsWithMetadata|XML|Pretty.*)$/

  it('takes parameters', async () => {
    expect(
      await rows('SELECT {s:String}, {n:UInt8} + 1, {l:Array(String)}', {
        param_s: "a'b",
        param_n: '4',
        param_l: "['x']"
      })
    ).toBe("a\\'b\t5\t['x']\n")
    expect(await rows('SELECT count() FROM {t:Identifier}', { param_t: 't' })).toBe('1000\n')
  })

  it('takes what tools set, up to the most that it may have', async () => {
    const asked = {
      max_execution_time: '0',
      max_result_rows: '200',
      max_rows_to_read: '10000000000000',
      max_threads: '64',
      readonly: '2',
      result_overflow_mode: 'break',
      join_use_nulls: '1',
      additional_table_filters: '{}',
      output_format_json_quote_64bit_integers: '0',
      date_time_output_format: 'iso',
      enable_http_compression: '1',
      wait_end_of_query: '1',
      send_progress_in_http_headers: '1',
      session_timezone: 'Europe/London'
    }
    const names =
      "name IN ('max_execution_time', 'max_result_rows', 'max_rows_to_read', 'max_threads', 'readonly', 'join_use_nulls')"
    expect(await rows(`SELECT name, value FROM system.settings WHERE ${names} ORDER BY name`, asked)).toBe(
      'join_use_nulls\t1\nmax_execution_time\t120\nmax_result_rows\t200\nmax_rows_to_read\t2000000000\nmax_threads\t2\nreadonly\t1\n'
    )
  })

  it('is known by a password only', async () => {
    const wrong = [
      { ...ANA, password: 'b' },
      { name: 'bob', password: ANA.password },
      { name: 'eve', password: '' }
    ]
    for (const user of wrong) expect((await send('SELECT 1', { user })).code).toBe(516)
    expect((await send('SELECT 1', { user: { name: 'bob', password: 'b' } })).text).toBe('1\n')
  })
})

describe('what an analyst tries', () => {
  const all = escapeAttempts({ secretFile, writtenFile })

  it('has more than 100 names', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    expect(all.length).toBeGreaterThan(100)
  })

  it.each(all)('$name', async (attempt) => {
    const startedAtMs = performance.now()
    const answer = await send(attempt.sql, attempt.query && { query: attempt.query })
    expect(judge(attempt, answer)).toBe('as it should')
    // A time limit of a few seconds is looked at between blocks, and the machine may be busy.
    expect(performance.now() - startedAtMs).toBeLessThan(30_000)
    expect(existsSync(writtenFile)).toBe(false)
    expect((await send('SELECT 1', { user: writer() })).text).toBe('1\n')
  })

  /** The file's content must not be there even in an error. */
  function judge({ ends }: Attempt, { status, code, text, cut }: Answer): string {
    if (text.includes(SECRET)) return `LEAKED: ${text.slice(0, 200)}`
    if ('through' in ends)
      return status === 200 && code === 0 ? 'as it should' : `not through: ${code} ${text.slice(0, 200)}`
    const codes = 'refused' in ends ? ends.refused : ends.bounded
    if (codes.includes(code) && (status !== 200 || cut)) return 'as it should'
    return `ended with ${status} ${code}: ${text.slice(0, 300)}`
  }

  it('is checked against the functions of this very engine: with another, look at the new ones first', async () => {
    const engine = "SELECT version(), countIf(name NOT IN ('reads')) FROM system.functions"
    expect(await rows(engine)).toBe('26.7.2.1\t1825\n')
  })

  it('leaves everything as it was', async () => {
    const counts =
      'SELECT (SELECT count() FROM mart.t), (SELECT count() FROM raw.t), (SELECT count() FROM system.functions WHERE origin != 0)'
    expect((await send(counts, { user: writer() })).text).toBe('1000\t1\t1\n')
  })
})

describe('an analyst', () => {
  async function codeOf(
    query: Record<string, string>,
    body: FormData | Uint8Array<ArrayBuffer>
  ): Promise<string | null> {
    const { status, headers } = await fetch(`${warehouse.url}/?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': ANA.name, 'X-ClickHouse-Key': ANA.password },
      body
    })
    return status === 200 ? null : headers.get('x-clickhouse-exception-code')
  }

  it('gets no session and brings no table by a form either', async () => {
    const session = new FormData()
    session.append('query', 'SELECT 1')
    expect(await codeOf({}, session)).toBe(null)
    session.append('session_id', 's')
    expect(await codeOf({}, session)).toBe('48')
    const table = new FormData()
    table.append('t', new Blob(['1']), 't')
    expect(await codeOf({ query: 'SELECT n FROM t', t_structure: 'n UInt8' }, table)).toBe('48')
  })

  it('may pack what it asks, which is looked at all the same', async () => {
    const packed = (sql: string) => new Uint8Array(packOne(Buffer.from(sql)))
    const options = { compress: '1', decompress: '1', wait_end_of_query: '1' }
    expect(await codeOf(options, packed('SELECT count() FROM mart.t'))).toBe(null)
    expect(await codeOf(options, packed('SELECT count() FROM raw.t'))).toBe('497')
    expect(await codeOf(options, packed("SELECT file('/etc/passwd')"))).not.toBe(null)
  })
})

describe('200 analysts at once', () => {
  it('keep each other waiting, and not the pipeline', async () => {
    const heavy = 'SELECT uniqExact(sipHash64(number)) FROM numbers(3000000)'
    const crowd = Array.from({ length: 200 }, () => send(heavy, { query: { max_execution_time: '5' } }))
    const waitedMs: number[] = []
    for (let i = 0; i < 20; i++) {
      const startedAtMs = performance.now()
      expect((await send('SELECT count() FROM raw.t', { user: writer() })).text).toBe('1\n')
      waitedMs.push(performance.now() - startedAtMs)
    }
    expect(Math.max(...waitedMs)).toBeLessThan(5_000)
    const codes = (await Promise.all(crowd)).map(({ code }) => code)
    expect(codes.filter((code) => code === 202).length).toBeGreaterThan(50)
    expect(codes.every((code) => [0, 159, 202].includes(code))).toBe(true)
    expect((await send('SELECT 1')).text).toBe('1\n')
  })

  it('cannot stop a statement of the pipeline by going under its name', async () => {
    const query = { query_id: 'the-same' }
    const slow = send('SELECT sum(sleepEachRow(0.5)) FROM numbers(4) SETTINGS max_block_size = 1', {
      user: writer(),
      query
    })
    const leaving = new AbortController()
    const mine = fetch(`${warehouse.url}/?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': ANA.name, 'X-ClickHouse-Key': ANA.password },
      body: 'SELECT sum(sipHash64(number)) FROM numbers(400000000)',
      signal: leaving.signal
    }).catch(() => undefined)
    setTimeout(() => leaving.abort(), 500)
    await mine
    expect((await slow).text).toBe('0\n')
    // What an analyst has left ends, and so gives its slot back.
    const running = "SELECT count() FROM system.processes WHERE Settings['log_comment'] LIKE 'analyst %'"
    await expect.poll(async () => (await send(running, { user: writer() })).text).toBe('0\n')
  })
})
