import type { ClickHouseClient } from '@clickhouse/client'
import type { LogEnd, TopicPartition } from '../../models/contracts/event-log.ts'

/**
 * The offsets of one partition that a run of verify reads: from where the last one ended, to where the stored ranges
 * ended when this one began. A range is recorded after its rows and what the views make of them, so everything below
 * `to` is whole, and a run need not look twice while events flow.
 */
export type Window = TopicPartition & { start: number; from: number; to: number; epoch: number }

export async function readWindows(
  client: ClickHouseClient,
  ends: readonly LogEnd[],
  { isFull }: { isFull: boolean }
): Promise<Window[]> {
  const result = await client.query({
    query: `
      SELECT topic, partition, toString(to) AS to, toString(if(verified.epoch = epochs.epoch, next, 0)) AS from, epochs.epoch AS epoch
      FROM (SELECT topic, partition, max(last_offset) + 1 AS to FROM ops.ingest_blocks GROUP BY topic, partition) AS stored
      INNER JOIN (SELECT topic, max(epoch) AS epoch FROM ops.ingest_blocks GROUP BY topic) AS epochs USING (topic)
      LEFT JOIN
      (
        SELECT topic, partition, argMax(next_offset, verified_at) AS next, argMax(epoch, verified_at) AS epoch
        FROM ops.verified
        GROUP BY topic, partition
      ) AS verified USING (topic, partition)`,
    format: 'JSONEachRow'
  })
  type Row = { topic: string; partition: number; to: string; from: string; epoch: number }
  const stored = await result.json<Row>()
  const known = new Map(stored.map((row) => [nameOf(row), row]))
  const starts = new Map(ends.map((end) => [nameOf(end), end]))
  return [...new Map([...ends, ...stored].map((at) => [nameOf(at), at])).values()].map((at) => {
    const row = known.get(nameOf(at))
    return {
      topic: at.topic,
      partition: at.partition,
      start: starts.get(nameOf(at))?.start ?? 0,
      from: isFull ? 0 : Number(row?.from ?? 0),
      to: Number(row?.to ?? 0),
      epoch: row?.epoch ?? 0
    }
  })
}

/** As parameters of the files beside this one: five lists of one length. */
export const windowParams = (windows: readonly Window[]) => ({
  topics: windows.map(({ topic }) => topic),
  partitions: windows.map(({ partition }) => partition),
  starts: windows.map(({ start }) => start),
  froms: windows.map(({ from }) => from),
  tos: windows.map(({ to }) => to)
})

const NONE_MAX = '18446744073709551615'

/** As a condition on a table's own columns `partition` and `offset`. A partition that nobody knows is read whole. */
export function windowCondition(windows: readonly Window[], topic: string): string {
  const mine = windows.filter((window) => window.topic === topic)
  if (mine.length === 0) return '1'
  const list = (numbers: number[]) => `CAST([${numbers.join(', ')}] AS Array(UInt64))`
  const bound = (numbers: number[], otherwise: string) =>
    `transform(toUInt64(partition), ${list(mine.map(({ partition }) => partition))}, ${list(numbers)}, CAST(${otherwise} AS UInt64))`
  const from = bound(
    mine.map((window) => window.from),
    '0'
  )
  const to = bound(
    mine.map((window) => window.to),
    NONE_MAX
  )
  return `offset >= ${from} AND offset < ${to}`
}

const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`
