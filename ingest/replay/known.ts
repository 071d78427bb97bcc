import type { ClickHouseClient } from '@clickhouse/client'
import type { TopicPartition } from '../../models/contracts/event-log.ts'
import { findAnnounced } from '../rejected/announced.ts'
import { REJECTED_TABLE, type Block, type Range } from '../block.ts'

/** What the warehouse held of a range before this replay came to it. */
export type Known = {
  /** Offsets with a row in the topic's own table. */
  held: Set<number>
  /** Offsets with a row among the rejected. */
  rejected: Set<number>
  /** Events that have a row at whichever offset of the partition, lower or higher. */
  event_ids: Set<string>
  /** Offsets of rejections that ingest only told of, and has in the table under the place they were read from. */
  announced: Set<number>
  /** Whether an earlier range says what became of the record. */
  isCovered(offset: number): boolean
}

/** Room for the ids of a full block, 36 characters each. */
const QUERY_BYTES_MAX = '2000000'

/**
 * Rows of this very range and epoch are those of an attempt that ended half way: they count as not there, so that the
 * same rows go in again under the same token, which heals what a view had missed. It asks the tables themselves and
 * not `ops.event_ids`, which still names a row that was lost.
 */
export async function readKnown(
  client: ClickHouseClient,
  block: { at: TopicPartition; range: Range; table: string; eventIds: string[]; rejected: Block['rejected'] }
): Promise<Known> {
  const { at, range, table, eventIds } = block
  const params = { ...at, ...range }
  async function ask<Row>(query: string): Promise<Row[]> {
    const settings = { max_query_size: QUERY_BYTES_MAX }
    const answer = await client.query({
      query,
      query_params: params,
      clickhouse_settings: settings,
      format: 'JSONCompactEachRow'
    })
    return answer.json<Row>()
  }
  const place = `topic = {topic:String} AND partition = {partition:UInt16}`
  const own = `offset >= {first:UInt64} AND offset <= {last:UInt64} AND epoch = {epoch:UInt32}`
  const within = `offset >= {first:UInt64} AND offset <= {last:UInt64} AND epoch != {epoch:UInt32}`
  const offsetsIn = (name: string) =>
    ask<[string]>(`SELECT toString(offset) FROM ${name} WHERE ${place} AND ${within}`)
  const idList = `SELECT toUUID(arrayJoin(splitByChar(',', '${eventIds.join(',')}')))`
  const hasEvents = table !== REJECTED_TABLE
  const [held, rejected, stored, ranges] = await Promise.all([
    hasEvents ? offsetsIn(table) : [],
    offsetsIn(REJECTED_TABLE),
    hasEvents && eventIds.length > 0
      ? ask<[string]>(
          `SELECT toString(event_id) FROM ${table} WHERE ${place} AND NOT (${own}) AND event_id IN (${idList})`
        )
      : [],
    ask<[string, string]>(
      `SELECT toString(first_offset), toString(last_offset) FROM ops.ingest_blocks
       WHERE ${place} AND epoch < {epoch:UInt32} AND last_offset >= {first:UInt64} AND first_offset <= {last:UInt64}`
    )
  ])
  const covering = ranges.map(([first, last]) => ({ first: Number(first), last: Number(last) }))
  return {
    held: new Set(held.map(([offset]) => Number(offset))),
    rejected: new Set(rejected.map(([offset]) => Number(offset))),
    announced: await findAnnounced(client, at, range, block.rejected),
    event_ids: new Set(stored.map(([eventId]) => eventId)),
    isCovered: (offset) => covering.some(({ first, last }) => first <= offset && offset <= last)
  }
}
