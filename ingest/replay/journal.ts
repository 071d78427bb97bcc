import type { ClickHouseClient } from '@clickhouse/client'
import { REJECTED_TABLE } from '../block.ts'
import type { Balance } from './decide.ts'
import type { LogRange } from './hold-group.ts'

/** A replay as it was begun: whoever goes on with it after a crash uses the same epoch, so the same tokens. */
export type Replay = LogRange & { epoch: number; must_rebuild: boolean }
type Step = 'begun' | 'marts' | 'done'

/** What was begun and has not ended, oldest first. */
export async function readUnfinished(client: ClickHouseClient): Promise<Replay[]> {
  type Row = { topic: string; partition: number; first: string; last: string; epoch: number; steps: Step[] }
  const rows = await rowsOf<Row>(
    client,
    `SELECT topic, partition, epoch, toString(first_offset) AS first, toString(last_offset) AS last,
       groupUniqArray(step) AS steps
     FROM ops.replays
     GROUP BY topic, partition, epoch, first_offset, last_offset
     HAVING NOT has(steps, 'done')
     ORDER BY min(at)`
  )
  return rows.map(({ topic, partition, first, last, epoch, steps }) => ({
    topic,
    partition,
    first: Number(first),
    last: Number(last),
    epoch,
    must_rebuild: steps.includes('marts')
  }))
}

/** 1 + the largest epoch that any row, range or replay of the topic carries. */
export async function chooseEpoch(client: ClickHouseClient, topic: string, table: string): Promise<number> {
  const [row] = await rowsOf<{ epoch: number }>(
    client,
    `SELECT toUInt32(1 + greatest(
       (SELECT max(epoch) FROM ops.replays WHERE topic = {topic:String}),
       (SELECT max(epoch) FROM ops.ingest_blocks WHERE topic = {topic:String}),
       (SELECT max(epoch) FROM raw.rejected WHERE topic = {topic:String}),
       (SELECT max(epoch) FROM ${table} WHERE topic = {topic:String}))) AS epoch`,
    { topic }
  )
  return row?.epoch ?? 1
}

export async function writeStep(client: ClickHouseClient, replay: Replay, step: Step): Promise<void> {
  const { topic, partition, first, last, epoch } = replay
  await client.insert({
    table: 'ops.replays',
    values: [{ topic, partition, first_offset: first, last_offset: last, epoch, step }],
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 }
  })
}

/** Where the ranges of this replay end: the offset to go on from. */
export async function readNext(
  client: ClickHouseClient,
  { topic, partition, first, epoch }: Replay
): Promise<number> {
  const [row] = await rowsOf<{ next: string }>(
    client,
    `SELECT toString(if(count() = 0, {first:UInt64}, max(last_offset) + 1)) AS next FROM ops.ingest_blocks
     WHERE topic = {topic:String} AND partition = {partition:UInt16} AND epoch = {epoch:UInt32}`,
    { topic, partition, first, epoch }
  )
  return Number(row?.next ?? first)
}

/** Of the whole partition; rows of this replay from `next` on belong to a range that is not recorded yet. */
export async function readBalance(
  client: ClickHouseClient,
  { topic, partition, epoch }: Replay,
  { next, table }: { next: number; table: string }
): Promise<Balance> {
  const place = 'topic = {topic:String} AND partition = {partition:UInt16}'
  const before = `${place} AND NOT (epoch = {epoch:UInt32} AND offset >= {next:UInt64})`
  const count = (from: string) => `(SELECT toInt64(count()) FROM ${from} WHERE ${before})`
  const said = (column: string) => `(SELECT toInt64(sum(${column})) FROM ops.ingest_blocks WHERE ${place})`
  const isOwn = table === REJECTED_TABLE
  const [row] = await rowsOf<{ uncounted: string; rejected_lost: string }>(
    client,
    `SELECT
       toString(${isOwn ? '0' : count(table)} + ${count(REJECTED_TABLE)} + ${count('ops.erased_rows FINAL')}
         - ${said('stored')} - ${said('rejected')}) AS uncounted,
       toString(${said('rejected')} - ${count(REJECTED_TABLE)}) AS rejected_lost`,
    { topic, partition, epoch, next }
  )
  return { uncounted: Number(row?.uncounted ?? 0), rejected_lost: Number(row?.rejected_lost ?? 0) }
}

async function rowsOf<Row>(
  client: ClickHouseClient,
  query: string,
  params: Record<string, string | number> = {}
): Promise<Row[]> {
  return (await client.query({ query, query_params: params, format: 'JSONEachRow' })).json<Row>()
}
