import type { Migration, Step } from './plan.ts'
import { planMigrations } from './plan.ts'
import { NOTES_STATEMENTS } from './notes.ts'

/**
 * The same schema for a cluster, from the same files (docs/cluster.md says why it is so). Three kinds of tables:
 * - sharded: raw rows and what views make of them, row by row. A row lies on the shard of its partition of the log, so a
 *   block with its token lands on one shard, its views fill tables beside it, and all steps of an order are together.
 *   The table under the plain name is Distributed; the rows are in `…_local`.
 * - everywhere: the small tables, one copy on every node, so that a shard can join them.
 * - refreshed: made anew by a view that every node runs for itself.
 */
export function renderCluster(migrations: readonly Migration[], cluster: string): string[] {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(cluster)) throw new Error(`no name of a cluster: ${cluster}`)
  const steps = planMigrations(migrations, [])
  const statements = [...NOTES_STATEMENTS, ...steps.map(({ query }) => query)].map(withoutComment)
  const tables = sortTables(statements)
  return [
    renderProfile(cluster),
    ...statements.flatMap((sql) => renderStatement(sql, tables, cluster)),
    ...statements.flatMap((sql) => keepPrivate(sql, cluster)),
    ...noteSteps(steps),
    ...noteViews(statements)
  ]
}

type Kind = 'sharded' | 'everywhere' | 'refreshed'

const CREATE = /^CREATE (DATABASE|TABLE|MATERIALIZED VIEW|VIEW) IF NOT EXISTS ([a-z_]+(?:\.[a-z_0-9]+)?)/
const TARGET = / TO ([a-z_]+\.[a-z_0-9]+)/

function headOf(sql: string): { kind: string; name: string } {
  const [, kind, name] = CREATE.exec(sql) ?? []
  if (kind === undefined || name === undefined) {
    throw new Error(`no rule says what this is on a cluster: ${sql.slice(0, 100)}`)
  }
  return { kind, name }
}

function sortTables(statements: readonly string[]): Map<string, Kind> {
  const views = statements.filter((sql) => headOf(sql).kind === 'MATERIALIZED VIEW')
  const targets = (areRefreshed: boolean) =>
    new Set(views.filter((sql) => isRefreshed(sql) === areRefreshed).map((sql) => TARGET.exec(sql)?.[1]))
  const [refreshed, filled] = [targets(true), targets(false)]
  return new Map(
    statements
      .filter((sql) => headOf(sql).kind === 'TABLE')
      .map((sql) => {
        const { name } = headOf(sql)
        if (refreshed.has(name)) return [name, 'refreshed']
        const isOfLog = /^ {2}partition UInt16\b/m.test(sql) && /^(raw|mart)\./.test(name)
        return [name, isOfLog || filled.has(name) ? 'sharded' : 'everywhere']
      })
  )
}

const isRefreshed = (sql: string): boolean => / REFRESH /.test(sql.slice(0, sql.search(TARGET)))

function renderStatement(sql: string, tables: ReadonlyMap<string, Kind>, cluster: string): string[] {
  const { kind, name } = headOf(sql)
  const onCluster = sql.replace(CREATE, (head) => `${head} ON CLUSTER ${cluster}`)
  if (kind === 'TABLE') return renderTable(onCluster, name, { kind: tables.get(name), cluster })
  return [kind === 'MATERIALIZED VIEW' && !isRefreshed(sql) ? readLocal(onCluster, tables) : onCluster]
}

function renderTable(
  sql: string,
  name: string,
  { kind, cluster }: { kind: Kind | undefined; cluster: string }
): string[] {
  if (kind === 'refreshed') return [sql]
  const [database = '', table = ''] = name.split('.')
  if (kind === 'everywhere') {
    return [
      replicate(sql, { path: `/clickhouse/tables/all/${database}/${table}`, replica: '{shard}-{replica}' })
    ]
  }
  const local = replicate(sql.replace(name, `${name}_local`), {
    path: `/clickhouse/tables/{shard}/${database}/${table}`,
    replica: '{replica}'
  })
  const comment = /^COMMENT '(?:[^']|'')*'$/m.exec(sql)?.[0] ?? ''
  return [
    local,
    `CREATE TABLE IF NOT EXISTS ${name} ON CLUSTER ${cluster} AS ${name}_local
ENGINE = Distributed('${cluster}', '${database}', '${table}_local', partition)
${comment}`
  ]
}

const replicate = (sql: string, { path, replica }: { path: string; replica: string }): string =>
  sql
    .replace(/^ENGINE = (\w*)MergeTree$/m, `ENGINE = Replicated$1MergeTree('${path}', '${replica}')`)
    .replace(/\bnon_replicated_deduplication_window\b/, 'replicated_deduplication_window')

/** A view takes the rows of its node and fills the table of its node: the block's token goes with them. */
function readLocal(sql: string, tables: ReadonlyMap<string, Kind>): string {
  return sql.replaceAll(/\b(TO|FROM|JOIN) ([a-z_]+\.[a-z_0-9]+)/g, (whole, word: string, name: string) =>
    tables.get(name) === 'sharded' ? `${word} ${name}_local` : whole
  )
}

/** As `keepSourcesPrivate` does on one server. */
function keepPrivate(sql: string, cluster: string): string[] {
  const { kind, name } = headOf(sql)
  if (kind !== 'VIEW' || !name.startsWith('mart.')) return []
  return [`ALTER TABLE ${name} ON CLUSTER ${cluster} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER`]
}

/** What the account of the pipeline needs. A look-up must see what was stored through another node. */
const renderProfile = (
  cluster: string
): string => `CREATE SETTINGS PROFILE IF NOT EXISTS flipside_cluster ON CLUSTER ${cluster} SETTINGS
  distributed_foreground_insert = 1,
  distributed_product_mode = 'global',
  insert_quorum = 'auto',
  insert_quorum_parallel = 0,
  select_sequential_consistency = 1`

/** So that ingest finds all applied, and makes no table of its own. */
function noteSteps(steps: readonly Step[]): string[] {
  const values = steps.map(
    ({ name, statement, checksum, is_last }) => `('${name}', ${statement}, '${checksum}', ${is_last})`
  )
  return [`INSERT INTO ops.migrations (name, statement, checksum, is_last) VALUES\n  ${values.join(',\n  ')}`]
}

/** Filling in what was stored before a view knows one server only. */
function noteViews(statements: readonly string[]): string[] {
  const views = statements
    .filter((sql) => headOf(sql).kind === 'MATERIALIZED VIEW' && !isRefreshed(sql))
    .map((sql) => `('${headOf(sql).name}', '', 0, 0, 0)`)
  return [
    `INSERT INTO ops.view_fills (view, topic, partition, next_offset, end_offset) VALUES\n  ${views.join(',\n  ')}`
  ]
}

const withoutComment = (sql: string): string => sql.replace(/^(--.*\n)+/, '')
