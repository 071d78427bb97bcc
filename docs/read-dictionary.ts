import type { ClickHouseClient } from '@clickhouse/client'
import { readMigrations } from '../ingest/migrate.ts'
import type { Dictionary } from '../models/contracts/data-dictionary.ts'
import { figures } from '../models/contracts/metrics/figures.ts'
import { salesFigures } from '../models/contracts/metrics/sales.ts'
import { readQuestions } from './read-questions.ts'

/** The texts of schema files do not depend on it but for their expressions. */
const SETTINGS = { SHOP_TIME_ZONE: 'Europe/London' }

/** From a warehouse with the schema of this version. */
export async function readDictionary(client: ClickHouseClient): Promise<Dictionary> {
  return { marts: await readMarts(client), figures: listFigures(), questions: await readQuestions() }
}

async function readMarts(client: ClickHouseClient): Promise<Dictionary['marts']> {
  type Table = { name: string; engine: string; comment: string }
  type Column = { table: string; name: string; type: string; comment: string }
  // A view that fills a table is no mart, and the engine's inner tables begin with a point.
  const tables = await rowsOf<Table>(
    client,
    `SELECT name, engine, comment FROM system.tables
     WHERE database = 'mart' AND engine != 'MaterializedView' AND NOT startsWith(name, '.') ORDER BY name`
  )
  const columns = await rowsOf<Column>(
    client,
    `SELECT table, name, type, comment FROM system.columns WHERE database = 'mart' ORDER BY table, position`
  )
  const sentences = await readRowSentences()
  return tables.map(({ name, engine, comment }) => ({
    name,
    kind: engine === 'View' ? 'view' : 'table',
    meaning: comment,
    row: sentences.get(name) ?? '',
    columns: columns
      .filter(({ table }) => table === name)
      .map((column) => ({ name: column.name, type: column.type, meaning: column.comment }))
  }))
}

/** What one row is stands above each statement of the schema. */
async function readRowSentences(): Promise<Map<string, string>> {
  const statements = (await readMigrations(SETTINGS)).flatMap((migration) => migration.statements)
  return new Map(
    statements.flatMap((sql): [string, string][] => {
      const [, lines = '', name = ''] =
        /^((?:--.*\n)+)CREATE (?:TABLE|VIEW) IF NOT EXISTS mart\.(\w+)/.exec(sql) ?? []
      const text = lines.replaceAll(/^-- ?/gm, '').replaceAll('\n', ' ').trim()
      const [sentence] = /^One row is .*?[.](?= [A-Z]|$)/.exec(text) ?? []
      return sentence === undefined ? [] : [[name, sentence]]
    })
  )
}

function listFigures(): Dictionary['figures'] {
  return [
    ...salesFigures.map(({ name, meaning, unit, sql }) => ({
      name,
      meaning,
      unit,
      by: [],
      sql: `SELECT ${sql} AS ${name}\nFROM mart.sales`
    })),
    ...figures.map(({ name, meaning, unit, by, sql }) => ({
      name,
      meaning,
      unit,
      by: [...by],
      sql: sql.trim()
    }))
  ]
}

async function rowsOf<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  return (await client.query({ query, format: 'JSONEachRow' })).json<Row>()
}
