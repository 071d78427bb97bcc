import type { ClickHouseClient } from '@clickhouse/client'
import type { TopicPartition } from '../models/contracts/event-log.ts'
import type { Range } from './block.ts'
import { readMarts, type Filler, type Mart } from './checks/views.ts'
import type { Row, RowId } from './row-binary.ts'

/** What an insert was to bring: rows at places of one range. `column` holds the place. */
export type Wanted = {
  table: string
  rows: readonly (Row | RowId)[]
  at: TopicPartition
  range: Range
  column: 'offset' | 'first_offset'
}
type InsertPlainly = (table: string, rows: readonly (Row | RowId)[]) => Promise<void>

/**
 * Puts back what a token has swallowed. An engine that is killed in the middle of an insert may have noted the token of a
 * table before it made the rows its own (one in some thousand inserts under way at a kill -9); it then takes every
 * repeat for done, for ever. So whoever repeats an insert looks afterwards. It may as well
 * have kept rows and lost their token, and then takes them twice. Rows come back into the table from a shadow, past the
 * views, because a view may have had its share; a view that holds more or less than its share gets the range anew. All of it may
 * be repeated after a crash, by one process at a time.
 */
export async function mendInsert(
  client: ClickHouseClient,
  wanted: Wanted,
  insertPlainly: InsertPlainly
): Promise<void> {
  const missing = await findMissing(client, wanted)
  if (missing.length > 0) await attachRows(client, { ...wanted, rows: missing }, insertPlainly)
  if (wanted.column !== 'offset') return
  for (const mart of await readMarts(client)) {
    for (const filler of mart.fillers) {
      if (!mart.is_refreshable && filler.source === wanted.table)
        await mendView(client, { mart, filler }, wanted)
    }
  }
}

async function findMissing(
  client: ClickHouseClient,
  { table, rows, at, range, column }: Wanted
): Promise<(Row | RowId)[]> {
  if (rows.length === 0) return []
  const condition = conditionOf(at, range, { column, hasTopic: true })
  const erased =
    column === 'offset' ? ` UNION ALL SELECT toString(offset) FROM ops.erased_rows WHERE ${condition}` : ''
  const result = await client.query({
    query: `SELECT toString(${column}) FROM ${table} WHERE ${condition}${erased}`,
    format: 'JSONCompactEachRow'
  })
  const places = (await result.json<[string]>()).map(([place]) => Number(place))
  // What was deleted with its person shall not come back.
  const held = new Set(places)
  if (held.size < places.length) {
    const twice = places.filter((place, i) => places.indexOf(place) < i)
    await deleteRows(client, table, `${condition} AND ${column} IN (${twice.join(', ')})`)
    for (const place of twice) held.delete(place)
  }
  return rows.filter((row) => !held.has(Number((row as Row)[column])))
}

async function attachRows(
  client: ClickHouseClient,
  { table, rows, at }: Wanted,
  insertPlainly: InsertPlainly
): Promise<void> {
  const shadow = `${table}_mend_${at.topic.replaceAll(/\W/g, '_')}_${at.partition}`
  await client.command({ query: `DROP TABLE IF EXISTS ${shadow} SYNC` })
  await client.command({ query: `CREATE TABLE ${shadow} AS ${table}` })
  await insertPlainly(shadow, rows)
  await client.command({ query: `ALTER TABLE ${table} ATTACH PARTITION tuple() FROM ${shadow}` })
  await client.command({ query: `DROP TABLE ${shadow} SYNC` })
}

async function mendView(
  client: ClickHouseClient,
  { mart, filler }: { mart: Mart; filler: Filler },
  { at, range }: Wanted
): Promise<void> {
  const names = mart.columns.map(({ name }) => name)
  const hasTopic = names.includes('topic')
  const own = conditionOf(at, range, { column: 'offset', hasTopic })
  const source = `(SELECT * FROM ${filler.source} WHERE ${conditionOf(at, range, { column: 'offset', hasTopic: true })})`
  const again = `(${filler.select.replace(`FROM ${filler.source}`, `FROM ${source}`)})`
  const count = async (from: string) => {
    const result = await client.query({
      query: `SELECT toFloat64(count()) FROM ${from}`,
      format: 'JSONCompactEachRow'
    })
    const [row] = await result.json<[number]>()
    return row?.[0] ?? 0
  }
  const held = await count(`${mart.name} WHERE ${own}`)
  if (held === (await count(again))) return
  if (held > 0) await deleteRows(client, mart.name, own)
  await client.command({
    query: `INSERT INTO ${mart.name} (${names.join(', ')}) SELECT ${names.join(', ')} FROM ${again}`,
    clickhouse_settings: { insert_deduplicate: 0, async_insert: 0 }
  })
}

async function deleteRows(client: ClickHouseClient, table: string, condition: string): Promise<void> {
  const query = `ALTER TABLE ${table} DELETE WHERE ${condition}`
  await client.command({ query, clickhouse_settings: { mutations_sync: '1' } })
}

function conditionOf(
  { topic, partition }: TopicPartition,
  { first, last, epoch }: Range,
  { column, hasTopic }: { column: Wanted['column']; hasTopic: boolean }
): string {
  return [
    ...(hasTopic ? [`topic = '${topic}'`] : []),
    `partition = ${partition}`,
    `${column} BETWEEN ${first} AND ${last}`,
    ...(column === 'first_offset' ? [`epoch = ${epoch}`] : [])
  ].join(' AND ')
}
