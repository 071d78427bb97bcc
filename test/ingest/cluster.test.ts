import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWarehouse, type WarehouseProcess } from '../../embedded/start-warehouse.ts'
import { readMigrations } from '../../ingest/migrate.ts'
import { renderCluster } from '../../ingest/migrate/cluster.ts'
import { planMigrations } from '../../ingest/migrate/plan.ts'

const MIGRATIONS = await readMigrations({ SHOP_TIME_ZONE: 'Europe/London' })
const statements = renderCluster(MIGRATIONS, 'shop')
const starting = (head: string) => statements.filter((sql) => sql.startsWith(head))
const tableOf = (name: string) => starting(`CREATE TABLE IF NOT EXISTS ${name} `)[0] ?? ''

let warehouse: WarehouseProcess
let client: ClickHouseClient
const dataDir = mkdtempSync(join(tmpdir(), 'flipside-cluster-'))
beforeAll(async () => {
  warehouse = await startWarehouse({ dataDir })
  client = createClient({ url: warehouse.url, username: warehouse.user, password: warehouse.password })
})
afterAll(async () => {
  await client.close()
  await warehouse.close()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the schema of a cluster', () => {
  it.each(statements.map((sql) => [sql.split('\n', 1)[0], sql]))('%s parses', async (_, query) => {
    const result = await client.query({
      query: 'SELECT formatQuery({query:String}) AS text',
      query_params: { query },
      clickhouse_settings: { max_query_size: '2000000' },
      format: 'JSONEachRow'
    })
    const [row] = await result.json<{ text: string }>()
    expect(row?.text).toMatch(/ON CLUSTER shop|^INSERT INTO ops\./)
  })

  it('has everything that one server has', () => {
    const names = (sqls: string[]) =>
      sqls.flatMap((sql) => /^CREATE [A-Z ]+ IF NOT EXISTS (\S+)/m.exec(sql)?.[1] ?? [])
    const here = names(MIGRATIONS.flatMap((migration) => migration.statements))
    const there = new Set(names(statements))
    expect(here.length).toBeGreaterThan(50)
    expect(here.filter((name) => !there.has(name))).toEqual([])
  })

  it('keeps each table in copies, but for what every node makes for itself', () => {
    const plain = starting('CREATE TABLE').filter((sql) => /ENGINE = (?!Replicated|Distributed)/.test(sql))
    expect(plain.map((sql) => sql.split('\n', 1)[0])).toEqual([
      'CREATE TABLE IF NOT EXISTS mart.affinity ON CLUSTER shop'
    ])
    expect(statements.join('\n')).not.toContain('non_replicated')
    const paths = statements.flatMap((sql) => /MergeTree\('([^']+)'/.exec(sql)?.[1] ?? [])
    expect(new Set(paths).size).toBe(paths.length)
  })

  it('puts the rows of a partition of the log on one shard, and what views make of them beside them', () => {
    for (const sql of starting('CREATE TABLE').filter((one) => one.includes('ENGINE = Distributed')))
      expect(sql).toMatch(
        /AS (\w+)\.(\w+)_local\nENGINE = Distributed\('shop', '\1', '\2_local', partition\)/
      )
    for (const name of ['raw.orders', 'mart.order_lines', 'mart.sales', 'ops.event_ids']) {
      expect(tableOf(`${name}_local`)).toMatch(/^ {2}partition UInt16/m)
      expect(tableOf(name)).toContain('ENGINE = Distributed')
    }
    const views = starting('CREATE MATERIALIZED VIEW').filter((sql) => !sql.includes(' REFRESH '))
    expect(views.length).toBeGreaterThan(8)
    for (const sql of views) {
      expect(sql).toMatch(/ TO \w+\.\w+_local AS/)
      expect(sql.match(/\b(?:FROM|JOIN) [a-z]+\.\w+/g)?.filter((from) => !from.endsWith('_local'))).toEqual(
        []
      )
    }
  })

  it('keeps small tables on every node, and lets plain views read all shards', () => {
    expect(tableOf('ops.tombstones')).toContain(
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/ops/tombstones', '{shard}-{replica}')"
    )
    const views = starting('CREATE VIEW').join('\n')
    expect(views).not.toContain('_local')
    expect(views).toContain('FROM raw.catalogue\n')
    expect(views).toContain('{run: String}')
  })

  it('keeps comments, projections and times to live', () => {
    expect(tableOf('mart.sales_local')).toMatch(
      /PROJECTION by_hour[^]*PARTITION BY toYYYYMM\(day\)[^]*COMMENT '/
    )
    expect(tableOf('mart.sales')).toContain("COMMENT 'Lines that count as trade")
    expect(tableOf('ops.sales_due')).toContain('TTL noted_at + INTERVAL 1 DAY')
  })

  it('notes every statement and view, so that ingest makes none of its own', () => {
    const notes = starting('INSERT INTO ops.migrations')[0] ?? ''
    for (const { name, statement, checksum } of planMigrations(MIGRATIONS, []))
      expect(notes).toContain(`('${name}', ${statement}, '${checksum}', `)
    expect(starting('INSERT INTO ops.view_fills')[0]).toContain(
      "('mart.order_lines_from_orders', '', 0, 0, 0)"
    )
  })

  it('sets only what the engine knows', async () => {
    const named = [...(statements[0] ?? '').matchAll(/^ {2}(\w+) = /gm)].map(([, name]) => name ?? '')
    const result = await client.query({ query: 'SELECT name FROM system.settings', format: 'JSONEachRow' })
    const known = new Set((await result.json<{ name: string }>()).map(({ name }) => name))
    expect(named.length).toBe(5)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  it('is printed by npm run migrate, and a statement or a name without a rule is refused', () => {
    const printed = execFileSync(process.execPath, ['ingest/migrations.ts', '--cluster', 'shop'], {
      encoding: 'utf8',
      env: { ...process.env, DATA_DIR: dataDir }
    })
    expect(printed.match(/;\n(?:\n|$)/g)).toHaveLength(statements.length)
    const file = (sql: string) => [{ name: '900-a.sql', statements: [sql] }]
    expect(() => renderCluster(file('OPTIMIZE TABLE mart.sales'), 'shop')).toThrow(/no rule/)
    expect(() => renderCluster(MIGRATIONS, "shop'")).toThrow(/no name of a cluster/)
  })
})
