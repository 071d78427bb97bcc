import type { ClickHouseClient } from '@clickhouse/client'

/** A view that fills a table, from the rows of one table. */
export type Filler = { name: string; source: string; select: string }
/** A table that views fill. */
export type Mart = {
  name: string
  /** Its own CREATE statement. */
  create: string
  engine: string
  /** Columns in order, with their types. */
  columns: { name: string; type: string }[]
  key: string
  /** Filled anew by the engine when it is told to, not row by row. */
  is_refreshable: boolean
  fillers: Filler[]
}

type Row = Omit<Mart, 'fillers' | 'columns' | 'is_refreshable'> & {
  is_refreshable: 0 | 1
  view: string
  source: string
  select: string
}

/** Every table that views fill, with the views' own queries: what it must be equal to, and how it is made again. */
export async function readMarts(client: ClickHouseClient): Promise<Mart[]> {
  const [rows, columns] = await Promise.all([
    rowsOf<Row>(
      client,
      `SELECT
        concat(view.database, '.', view.name) AS view, view.as_select AS select,
        extract(view.as_select, 'FROM ([a-z_]+\\.[a-z_]+)') AS source,
        extract(view.create_table_query, ' TO ([a-z_]+\\.[a-z_]+)') AS name,
        position(view.create_table_query, ' REFRESH ') > 0 AS is_refreshable,
        filled.create_table_query AS create, filled.sorting_key AS key, filled.engine AS engine
      FROM system.tables AS view
      INNER JOIN system.tables AS filled ON concat(filled.database, '.', filled.name) = name
      WHERE view.engine = 'MaterializedView' AND view.database IN ('mart', 'ops')
      ORDER BY name, view`
    ),
    rowsOf<{ table: string; name: string; type: string }>(
      client,
      `SELECT concat(database, '.', table) AS table, name, type FROM system.columns
       WHERE database IN ('mart', 'ops') ORDER BY database, table, position`
    )
  ])
  return [...Map.groupBy(rows, (row) => row.name)].flatMap(([mart, group]) => {
    const [first] = group
    if (!first) return []
    return {
      name: mart,
      create: first.create,
      engine: first.engine,
      key: first.key,
      is_refreshable: first.is_refreshable === 1,
      columns: columns.filter(({ table }) => table === mart).map(({ name, type }) => ({ name, type })),
      fillers: group.map(({ view, source, select }) => ({ name: view, source, select }))
    }
  })
}

/** What the view gives for those rows of its table that the condition names. */
export function selectAgain(mart: Mart, { source, select }: Filler, condition: string): string {
  const again = select.replace(`FROM ${source}`, `FROM (SELECT * FROM ${source} WHERE ${condition})`)
  return `SELECT ${mart.columns.map(({ name }) => name).join(', ')} FROM (${again})`
}

/** `from` may be a table, with a condition behind it, or a query in brackets. */
export async function countRows(client: ClickHouseClient, from: string): Promise<number> {
  const [row] = await rowsOf<{ rows: string }>(client, `SELECT toString(count()) AS rows FROM ${from}`)
  return Number(row?.rows ?? 0)
}

async function rowsOf<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  return (await client.query({ query, format: 'JSONEachRow' })).json<Row>()
}
