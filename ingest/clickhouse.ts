import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import type { TopicPartition } from '../models/contracts/event-log.ts'
import type { Range } from './block.ts'
import { mendInsert, type Wanted } from './mend.ts'
import { tableOf as tableOfTopic } from './table-of.ts'
import { createRowWriter, type Column, type Row, type RowId, type RowPacker } from './row-binary.ts'

/** What ingest asks of the warehouse. */
export type Warehouse = {
  /** Opens what makes the rows of a block small while they wait. */
  packerOf(table: string): Promise<() => RowPacker>
  /** Inserts rows, in the order given, at most once a token, however often it is called. */
  insert(table: string, rows: readonly (Row | RowId)[], token: string): Promise<void>
  /** To be called after an insert that was repeated: puts back what its token may have swallowed. */
  mend(wanted: Wanted): Promise<void>
  /** Which of these event ids are stored at a lower offset of the partition. */
  storedBefore(at: TopicPartition, eventIds: string[], offset: number): Promise<Set<string>>
  /** The greatest event id that is stored at a lower offset of the partition; empty when none is. */
  greatestId(at: TopicPartition, offset: number): Promise<string>
  /** The offset after the last recorded range; 0 when none is. */
  nextOffset(at: TopicPartition): Promise<number>
  /** The offsets from this one on that have a row, in order. */
  storedFrom(at: TopicPartition, offset: number): Promise<number[]>
}

/**
 * Every setting that the guarantee rests on goes with each insert, because servers differ in their defaults; over
 * HTTP they end with the request.
 */
const insertSettings = (token: string) => ({
  insert_deduplication_token: token,
  async_insert: 0 as const,
  insert_deduplicate: 1 as const,
  deduplicate_blocks_in_dependent_materialized_views: 1 as const,
  // One insert must stay one block, or the token would cover only a part of it.
  max_insert_block_size: '1000000',
  min_insert_block_size_rows: '1000000',
  min_insert_block_size_bytes: '268435456'
})

/** Room for the ids of a full block, 36 characters each. */
const LOOKUP_QUERY_BYTES_MAX = '2000000'

export function openWarehouse(client: ClickHouseClient): Warehouse {
  const tables = new Map<string, ReturnType<typeof openTable>>()
  async function openTable(table: string) {
    const [database = '', name = ''] = table.split('.')
    const result = await client.query({
      query: `SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {name:String} ORDER BY position`,
      query_params: { database, name },
      format: 'JSONEachRow'
    })
    const columns = await result.json<Column>()
    if (columns.length === 0) throw new Error(`the warehouse has no table ${table}`)
    return {
      columns: columns.map((column) => column.name).join(', '),
      rowWriter: createRowWriter(columns),
      newerSettings: await readNewerSettings(client)
    }
  }
  function tableOf(table: string) {
    const opened = tables.get(table) ?? openTable(table)
    tables.set(table, opened)
    opened.catch(() => tables.delete(table))
    return opened
  }

  /** `into` has the columns of `table`. */
  async function insert(
    { table, into, rows }: { table: string; into: string; rows: readonly (Row | RowId)[] },
    settings: ClickHouseSettings
  ): Promise<void> {
    if (rows.length === 0) return
    const { columns, rowWriter, newerSettings } = await tableOf(table)
    const { stream } = await client.exec({
      query: `INSERT INTO ${into} (${columns}) FORMAT RowBinaryWithDefaults`,
      values: Readable.from(rowWriter.write(rows), { objectMode: false }),
      clickhouse_settings: { ...settings, ...('insert_deduplication_token' in settings && newerSettings) }
    })
    stream.resume()
    await finished(stream)
  }

  return {
    packerOf: async (table) => (await tableOf(table)).rowWriter.openPacker,
    insert: (table, rows, token) => insert({ table, into: table, rows }, insertSettings(token)),
    mend: (wanted) =>
      mendInsert(client, wanted, (into, rows) =>
        insert({ table: wanted.table, into, rows }, { async_insert: 0, insert_deduplicate: 0 })
      ),
    async storedBefore({ topic, partition }, eventIds, offset) {
      if (eventIds.length === 0) return new Set()
      // One literal: a list of ten thousand would take the parser longer than the look-up takes the index.
      const query = `
        SELECT lower(leftPad(hex(event_number), 32, '0'))
        FROM ops.event_ids
        WHERE topic = {topic:String} AND partition = {partition:UInt16} AND offset < {offset:UInt64}
          AND event_number IN (SELECT toUInt128(toUUID(arrayJoin(splitByChar(',', '${eventIds.join(',')}')))))`
      const result = await client.query({
        query,
        query_params: { topic, partition, offset },
        clickhouse_settings: { max_query_size: LOOKUP_QUERY_BYTES_MAX },
        format: 'JSONCompactEachRow'
      })
      const rows = await result.json<[string]>()
      const stored = new Set(rows.map(([digits]) => digits))
      return new Set(eventIds.filter((eventId) => stored.has(eventId.replaceAll('-', ''))))
    },
    async greatestId({ topic, partition }, offset) {
      // Read from the end of the table's key: a maximum over the partition would read the whole topic.
      const query = `
        SELECT lower(leftPad(hex(event_number), 32, '0'))
        FROM ops.event_ids
        WHERE topic = {topic:String} AND partition = {partition:UInt16} AND offset < {offset:UInt64}
        ORDER BY topic DESC, event_number DESC
        LIMIT 1`
      const result = await client.query({
        query,
        query_params: { topic, partition, offset },
        format: 'JSONCompactEachRow'
      })
      const [row] = await result.json<[string]>()
      return row ? row[0].replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : ''
    },
    async nextOffset({ topic, partition }) {
      const result = await client.query({
        query: `
          SELECT toString(if(count() = 0, 0, max(last_offset) + 1)) AS next FROM ops.ingest_blocks
          WHERE topic = {topic:String} AND partition = {partition:UInt16}`,
        query_params: { topic, partition },
        format: 'JSONEachRow'
      })
      const [row] = await result.json<{ next: string }>()
      return Number(row?.next ?? 0)
    },
    async storedFrom({ topic, partition }, offset) {
      const here = 'topic = {topic:String} AND partition = {partition:UInt16} AND offset >= {offset:UInt64}'
      const result = await client.query({
        query: `
          SELECT toString(offset) FROM
            (SELECT offset FROM ${tableOfTopic(topic)} WHERE ${here} UNION DISTINCT SELECT offset FROM raw.rejected WHERE ${here})
          ORDER BY offset`,
        query_params: { topic, partition, offset },
        format: 'JSONCompactEachRow'
      })
      return (await result.json<[string]>()).map(([stored]) => Number(stored))
    }
  }
}

/** Since 26.2 this one rules over `insert_deduplicate`; an older server refuses a setting that it does not know. */
async function readNewerSettings(client: ClickHouseClient): Promise<{ deduplicate_insert?: 'enable' }> {
  const query = "SELECT name FROM system.settings WHERE name = 'deduplicate_insert'"
  const known = await (await client.query({ query, format: 'JSONEachRow' })).json()
  return known.length > 0 ? { deduplicate_insert: 'enable' } : {}
}

export const tokenOf = ({ topic, partition }: TopicPartition, { first, last, epoch }: Range): string =>
  `${topic}:${partition}:${first}-${last}:${epoch}`
