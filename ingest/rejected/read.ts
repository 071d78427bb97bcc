import type { ClickHouseClient } from '@clickhouse/client'
import type { PlaceName, RejectedRow } from './row.ts'

export type Filter = {
  /** RFC 3339, or a day. */
  since?: string
  /** Of the row itself, or of where the message was read from. */
  topic?: string
  /** Part of the reason. */
  reason?: string
  places?: PlaceName[]
  /** Those too that were sent again, or stored by a replay. */
  withClosed?: boolean
}
export type RejectedGroup = { reason: string; count: number; newest: string }

const PAGE_ROWS_MAX = 100
const GROUPS_MAX = 20

const COLUMNS = `topic, partition, toString(offset) AS offset, concat(replaceOne(toString(rejected_at), ' ', 'T'), 'Z') AS rejected_at,
  source, scope, reason, from_topic, from_partition, toString(from_offset) AS from_offset, body, body_encoding`

/** A place is closed when its message was sent again, or when a replay has stored it where it stood. */
const OPEN = `(topic, partition, raw.rejected.offset) NOT IN (SELECT topic, partition, offset FROM ops.rejected_replays WHERE outcome = 'sent')
  AND (topic, partition, raw.rejected.offset) NOT IN (SELECT topic, partition, offset FROM ops.stored_places WHERE epoch > 0)`

/** The reasons with the most messages, and how many there are of all. */
export async function readGroups(
  client: ClickHouseClient,
  filter: Filter
): Promise<{ groups: RejectedGroup[]; reasons: number; messages: number }> {
  const { where, params } = conditionOf(filter)
  const groups = await rowsOf<RejectedGroup & { reasons: number; messages: number }>(
    client,
    `SELECT reason, toUInt32(count()) AS count, concat(replaceOne(toString(max(rejected_at)), ' ', 'T'), 'Z') AS newest,
       toUInt32(count() OVER ()) AS reasons, toUInt32(sum(count) OVER ()) AS messages
     FROM raw.rejected WHERE ${where} GROUP BY reason ORDER BY count DESC, reason LIMIT ${GROUPS_MAX}`,
    params
  )
  return { groups, reasons: groups[0]?.reasons ?? 0, messages: groups[0]?.messages ?? 0 }
}

export async function readNewest(
  client: ClickHouseClient,
  filter: Filter,
  limit: number
): Promise<RejectedRow[]> {
  const { where, params } = conditionOf(filter)
  const query = `SELECT ${COLUMNS} FROM raw.rejected WHERE ${where} ORDER BY raw.rejected.rejected_at DESC, topic, partition, raw.rejected.offset DESC LIMIT {limit:UInt32}`
  return rowsOf<RejectedRow>(client, query, { ...params, limit })
}

export async function readOne(client: ClickHouseClient, place: PlaceName): Promise<RejectedRow | undefined> {
  const [row] = await readNewest(client, { places: [place], withClosed: true }, 1)
  return row
}

/** Oldest first, so that the events of one thing keep their order; a page at a time, since a body may have 256 KiB. */
export async function* readPages(client: ClickHouseClient, filter: Filter): AsyncGenerator<RejectedRow[]> {
  const { where, params } = conditionOf(filter)
  let after: RejectedRow | undefined
  for (;;) {
    const behind = after
      ? `AND (raw.rejected.rejected_at, topic, partition, raw.rejected.offset) >
           (parseDateTime64BestEffort({at:String}, 3, 'UTC'), {after_topic:String}, {after_partition:UInt16}, {after_offset:UInt64})`
      : ''
    const page: RejectedRow[] = await rowsOf<RejectedRow>(
      client,
      `SELECT ${COLUMNS} FROM raw.rejected WHERE ${where} ${behind}
       ORDER BY raw.rejected.rejected_at, topic, partition, raw.rejected.offset LIMIT ${PAGE_ROWS_MAX}`,
      {
        ...params,
        ...(after && {
          at: after.rejected_at,
          after_topic: after.topic,
          after_partition: after.partition,
          after_offset: after.offset
        })
      }
    )
    if (page.length > 0) yield page
    after = page.at(-1)
    if (page.length < PAGE_ROWS_MAX) return
  }
}

type Params = Record<string, string | number | string[] | number[]>

function conditionOf(filter: Filter): { where: string; params: Params } {
  const conditions = [filter.withClosed ? '1' : OPEN]
  const params: Params = {}
  if (filter.since !== undefined) {
    conditions.push(`raw.rejected.rejected_at >= parseDateTime64BestEffort({since:String}, 3, 'UTC')`)
    params['since'] = filter.since
  }
  if (filter.topic !== undefined) {
    conditions.push('(topic = {topic:String} OR from_topic = {topic:String})')
    params['topic'] = filter.topic
  }
  if (filter.reason !== undefined) {
    conditions.push('positionCaseInsensitiveUTF8(reason, {reason:String}) > 0')
    params['reason'] = filter.reason
  }
  if (filter.places !== undefined) {
    conditions.push(
      `concat(topic, '/', toString(partition), '@', toString(raw.rejected.offset)) IN {places:Array(String)}`
    )
    params['places'] = filter.places.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`)
  }
  return { where: conditions.join(' AND '), params }
}

async function rowsOf<Row>(client: ClickHouseClient, query: string, params: Params): Promise<Row[]> {
  return (await client.query({ query, query_params: params, format: 'JSONEachRow' })).json<Row>()
}
