import type { ClickHouseClient } from '@clickhouse/client'
import { SchemaError, type Note } from './plan.ts'

const TABLE = 'ops.migrations'

/** Where statements are noted when they are applied. Two processes may do it at once: notes may be there twice. */
export const NOTES_STATEMENTS = [
  "CREATE DATABASE IF NOT EXISTS ops ENGINE = Atomic COMMENT 'Blocks, migrations and job runs of the pipeline'",
  `-- One row is a statement of a schema file that was applied. The key serves reading them in order.
CREATE TABLE IF NOT EXISTS ${TABLE}
(
  name String COMMENT 'File, numbered',
  statement UInt16 COMMENT 'Its number in the file, from 1',
  checksum String COMMENT 'SHA-256 of its text with the settings filled in',
  is_last Bool COMMENT 'Whether the file had no further one',
  applied_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was applied'
)
ENGINE = ReplacingMergeTree
ORDER BY (name, statement)
COMMENT 'Applied statements of the schema files'`
]

/** What was applied so far; nothing where there is no table yet. It changes nothing. */
export async function readNotes(client: ClickHouseClient): Promise<Note[]> {
  const columns = await rowsOf<{ name: string }>(
    client,
    "SELECT name FROM system.columns WHERE database = 'ops' AND table = 'migrations'"
  )
  if (columns.length === 0) return []
  if (!columns.some(({ name }) => name === 'statement')) {
    throw new SchemaError(
      'the warehouse was made by a version before the first release: start with an empty one (another DATA_DIR, or drop raw, mart and ops)'
    )
  }
  return rowsOf(
    client,
    `SELECT name, statement, any(noted.checksum) AS checksum, max(noted.is_last) AS is_last FROM ${TABLE} AS noted GROUP BY name, statement ORDER BY name, statement`
  )
}

export async function writeNote(client: ClickHouseClient, note: Note): Promise<void> {
  await client.insert({
    table: TABLE,
    values: [note],
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 }
  })
}

async function rowsOf<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  return (await client.query({ query, format: 'JSONEachRow' })).json<Row>()
}
