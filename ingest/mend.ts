import type { ClickHouseClient } from '@clickhouse/client'
import type { TopicPartition } from '../models/contracts/event-log.ts'
import { BLOCKS_TABLE, type Range } from './block.ts'
import { countRows, readMarts, selectAgain, type Filler, type Mart } from './checks/views.ts'
import type { Row, RowId } from './row-binary.ts'

/** What an insert was to bring: rows at places of one range. */
export type Wanted = {
  table: string
  rows: readonly (Row | RowId)[]
  at: TopicPartition
  range: Range
}
type InsertPlainly = (table: string, rows: readonly (Row | RowId)[]) => Promise<void>

/** Bounds the text of a statement: the engine refuses one of more than 256 KiB. */
const PLACES_A_STATEMENT = 5_000

/**
 * Puts back what a token has swallowed. An engine that is killed in the middle of an insert may have noted the token of a
 * table before it made the rows its own (one in some thousand inserts under way at a kill -9); it then takes every
 * repeat for done, for ever. It may as well have kept rows and lost their token, and then takes them twice. So whoever
 * repeats an insert looks afterwards. Rows come back into the table from a shadow, past the views, because a view may
 * have had its share; a view that holds more or less than its share gets the range anew. All of it may be repeated
 * after a crash, by one process at a time.
 */
export async function mendInsert(
  client: ClickHouseClient,
  wanted: Wanted,
  insertPlainly: InsertPlainly
): Promise<void> {
  const { table, at, range } = wanted
  // It may have been left behind, and no erasure looks there.
  await client.command({ query: `DROP TABLE IF EXISTS ${shadowOf(wanted)} SYNC` })
  const missing = await takeOutMissing(client, wanted)
  if (missing.length > 0) await attachRows(client, { ...wanted, rows: missing }, insertPlainly)
  if (table === BLOCKS_TABLE) return
  for (const mart of await readMarts(client)) {
    for (const filler of mart.fillers) {
      if (!mart.is_refreshable && filler.source === table)
        await mendView(client, { mart, filler }, { at, range })
    }
  }
}

/** What is wanted and is not there once. What is there twice is taken out, to come back once; the rest stays as it is. */
async function takeOutMissing(
  client: ClickHouseClient,
  { table, rows, at, range }: Wanted
): Promise<(Row | RowId)[]> {
  if (rows.length === 0) return []
  const column = table === BLOCKS_TABLE ? 'first_offset' : 'offset'
  // A row is where it was read from, whichever replay stored it; a range is recorded once an epoch.
  const ofEpoch = table === BLOCKS_TABLE ? ` AND epoch = ${range.epoch}` : ''
  const condition = `${placesOf(at, range, { column, hasTopic: true })}${ofEpoch}`
  const held = await countPlaces(client, { from: table, column, condition })
  // What was deleted with its person shall not come back.
  const erased = await countPlaces(client, {
    from: 'ops.erased_rows',
    column: 'offset',
    condition: placesOf(at, range, { column: 'offset', hasTopic: true })
  })
  const placeOf = (row: Row | RowId) => Number((row as Row)[column])
  const twice = rows.map(placeOf).filter((place) => (held.get(place) ?? 0) > 1)
  for (let i = 0; i < twice.length; i += PLACES_A_STATEMENT) {
    const some = twice.slice(i, i + PLACES_A_STATEMENT).join(', ')
    await deleteRows(client, table, `${condition} AND ${column} IN (${some})`)
  }
  return rows.filter((row) => {
    const place = placeOf(row)
    return held.get(place) !== 1 && (table === BLOCKS_TABLE || !erased.has(place))
  })
}

async function countPlaces(
  client: ClickHouseClient,
  { from, column, condition }: { from: string; column: string; condition: string }
): Promise<Map<number, number>> {
  const result = await client.query({
    query: `SELECT toFloat64(${column}), toFloat64(count()) FROM ${from} WHERE ${condition} GROUP BY ${column}`,
    format: 'JSONCompactEachRow'
  })
  return new Map(await result.json<[number, number]>())
}

async function attachRows(
  client: ClickHouseClient,
  wanted: Wanted,
  insertPlainly: InsertPlainly
): Promise<void> {
  const { table, rows } = wanted
  const shadow = shadowOf(wanted)
  await client.command({ query: `CREATE TABLE ${shadow} AS ${table}` })
  await insertPlainly(shadow, rows)
  await client.command({ query: `ALTER TABLE ${table} ATTACH PARTITION tuple() FROM ${shadow}` })
  await client.command({ query: `DROP TABLE ${shadow} SYNC` })
}

const shadowOf = ({ table, at }: Wanted): string =>
  `${table}_mend_${at.topic.replaceAll(/\W/g, '_')}_${at.partition}`

async function mendView(
  client: ClickHouseClient,
  { mart, filler }: { mart: Mart; filler: Filler },
  { at, range }: Pick<Wanted, 'at' | 'range'>
): Promise<void> {
  const names = mart.columns.map(({ name }) => name)
  const own = placesOf(at, range, { column: 'offset', hasTopic: names.includes('topic') })
  const places = placesOf(at, range, { column: 'offset', hasTopic: true })
  // A row that is being deleted with its person may be there yet, when its share in the view is not.
  const erased = `SELECT offset FROM ops.erased_rows WHERE ${places}`
  const again = selectAgain(mart, filler, `${places} AND offset NOT IN (${erased})`)
  const held = await countRows(client, `${mart.name} WHERE ${own}`)
  if (held === (await countRows(client, `(${again})`))) return
  if (held > 0) await deleteRows(client, mart.name, own)
  await client.command({
    query: `INSERT INTO ${mart.name} (${names.join(', ')}) ${again}`,
    clickhouse_settings: { insert_deduplicate: 0, async_insert: 0 }
  })
}

async function deleteRows(client: ClickHouseClient, table: string, condition: string): Promise<void> {
  const query = `ALTER TABLE ${table} DELETE WHERE ${condition}`
  await client.command({ query, clickhouse_settings: { mutations_sync: '1' } })
}

function placesOf(
  { topic, partition }: TopicPartition,
  { first, last }: Range,
  { column, hasTopic }: { column: string; hasTopic: boolean }
): string {
  const ofTopic = hasTopic ? `topic = '${topic}' AND ` : ''
  return `${ofTopic}partition = ${partition} AND ${column} BETWEEN ${first} AND ${last}`
}
