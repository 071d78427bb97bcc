import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStores, type Stores } from '../../embedded/stores.ts'
import { migrate, readMigrations } from '../../ingest/migrate.ts'
import { readNotes } from '../../ingest/migrate/notes.ts'
import { planMigrations, SchemaError, type Migration } from '../../ingest/migrate/plan.ts'
import { readConfig } from '../../models/contracts/config.ts'

const SETTINGS = { SHOP_TIME_ZONE: 'Europe/London' }
const MIGRATIONS = await readMigrations(SETTINGS)
const table = (name: string) =>
  `CREATE TABLE IF NOT EXISTS mart.${name} (a UInt8) ENGINE = MergeTree ORDER BY a`
const noteOf = (migration: Migration, count = migration.statements.length) =>
  planMigrations([migration], [])
    .slice(0, count)
    .map(({ name, statement, checksum, is_last }) => ({ name, statement, checksum, is_last }))

describe('the plan', () => {
  const file = { name: '001-a.sql', statements: [table('a'), table('b'), table('c')] }

  it('goes on at the statement after the last that is noted', () => {
    expect(planMigrations([file], noteOf(file, 2)).map(({ is_applied }) => is_applied)).toEqual([
      true,
      true,
      false
    ])
  })

  it('lets a statement be put right that has not been applied', () => {
    const mended = { ...file, statements: [table('a'), table('b2'), table('c'), table('d')] }
    expect(planMigrations([mended], noteOf(file, 1)).map(({ query }) => query)).toEqual(mended.statements)
  })

  it.each([
    ['in a statement', [table('a'), table('x'), table('c')]],
    ['by a statement more', [...file.statements, table('d')]],
    ['by a statement less', file.statements.slice(0, 2)]
  ])('refuses a file that was changed %s after it was applied, and says what to do', (_, statements) => {
    expect(() => planMigrations([{ ...file, statements }], noteOf(file))).toThrow(
      /^001-a\.sql was changed after it was applied.*into a new file/
    )
  })

  it('refuses a warehouse that a newer version has been at', () => {
    const newer = { name: '002-b.sql', statements: [table('d')] }
    const plan = () => planMigrations([file], [...noteOf(file), ...noteOf(newer)])
    expect(plan).toThrow(SchemaError)
    expect(plan).toThrow(/newer schema: this version does not know 002-b\.sql/)
  })
})

it('every statement may run again', () => {
  const once = MIGRATIONS.flatMap(({ name, statements }) =>
    statements
      .filter((sql) => !/\bIF (NOT )?EXISTS\b|\bOR REPLACE\b/.test(sql))
      .map((sql) => `${name}: ${sql}`)
  )
  expect(once).toEqual([])
})

describe('on the engine', () => {
  let dir: string
  let stores: Stores
  let client: ClickHouseClient
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'flipside-migrate-'))
    stores = await openStores(readConfig({ DATA_DIR: dir }))
    client = createClient(stores.clickhouse)
  })
  afterEach(async () => {
    await client.close()
    await stores.close()
    await rm(dir, { recursive: true, force: true })
  })
  const plan = async (migrations = MIGRATIONS) => planMigrations(migrations, await readNotes(client))
  const statementCount = MIGRATIONS.flatMap(({ statements }) => statements).length

  it('a statement that fails leaves those before it noted, and is told by its file and number', async () => {
    const wrong = {
      name: '900-wrong.sql',
      statements: [table('a'), 'CREATE TABLE IF NOT EXISTS mart.', table('b')]
    }
    const broken = [...MIGRATIONS, wrong]
    await expect(migrate(client, SETTINGS, { migrations: broken })).rejects.toThrow(
      /^900-wrong\.sql, statement 2: /
    )
    expect((await plan(broken)).filter(({ is_applied }) => !is_applied)).toHaveLength(2)
    const mended = [...MIGRATIONS, { ...wrong, statements: [table('a'), table('c'), table('b')] }]
    const run: number[] = []
    const told = ({ statement }: { statement: number }) => run.push(statement)
    expect(await migrate(client, SETTINGS, { migrations: mended, told })).toEqual(['900-wrong.sql'])
    expect(run).toEqual([2, 3])
  })

  it('a crash between a statement and its note runs that statement once more', async () => {
    let calls = 0
    const dying = new Proxy(client, {
      get(target, key, self) {
        if (key === 'insert' && ++calls === 7) return () => Promise.reject(new Error('killed'))
        const value: unknown = Reflect.get(target, key, self)
        return typeof value === 'function' ? value.bind(target) : value
      }
    })
    await expect(migrate(dying, SETTINGS)).rejects.toThrow('killed')
    let runCount = 0
    await migrate(client, SETTINGS, { told: () => runCount++ })
    expect(runCount).toBe(statementCount - 6)
  })

  it('several processes may do it at once', async () => {
    await Promise.all(Array.from({ length: 3 }, () => migrate(client, SETTINGS)))
    expect((await plan()).filter(({ is_applied }) => !is_applied)).toEqual([])
    expect(await migrate(client, SETTINGS)).toEqual([])
  })

  it('--plan shows what would run, and makes nothing', async () => {
    await client.close()
    await stores.close()
    const other = join(dir, 'other')
    const run = (args: string[], dataDir: string) =>
      promisify(execFile)(process.execPath, ['ingest/migrations.ts', ...args], {
        env: { ...process.env, DATA_DIR: dataDir, SHOP_TIME_ZONE: 'Europe/London' }
      })
    expect((await run(['--plan'], other)).stdout).toContain(
      `${statementCount} of ${statementCount} statements would run`
    )
    expect(existsSync(other)).toBe(false)
    expect((await run(['--plan'], dir)).stdout).toContain(
      `${statementCount} of ${statementCount} statements would run`
    )
    expect((await run(['--plan'], dir)).stdout).toContain(
      'would run 002-raw.sql 1: CREATE TABLE IF NOT EXISTS raw.behaviour'
    )
    expect((await run([], dir)).stdout).toMatch(/^Applied 001-databases\.sql, /m)
    expect((await run(['--plan'], dir)).stdout).toMatch(
      /^applied {3}001-databases\.sql 1: CREATE DATABASE.*Nothing to do\.$/ms
    )
    expect((await run([], dir)).stdout).toBe('The schema is up to date.\n')
    expect((await run(['--help'], dir)).stdout).toMatch(/^npm run migrate/)
    await expect(run(['--what'], dir)).rejects.toMatchObject({ code: 2 })
    stores = await openStores(readConfig({ DATA_DIR: dir }))
    client = createClient(stores.clickhouse)
  })
})
