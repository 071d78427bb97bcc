import type { ClickHouseClient } from '@clickhouse/client'
import type { Verified } from '../checks.ts'
import { windowParams } from './windows.ts'

/** In words: how much was looked at, and what was left for a full run. */
export async function describeRun(client: ClickHouseClient, verified: Verified): Promise<string[]> {
  const result = await client.query({
    query: `
      SELECT toString(count()) AS ranges, toString(sum(records)) AS records, toString(sum(stored)) AS stored, toString(sum(rejected)) AS rejected,
        toString(sum(repeats)) AS repeats, toString(sum(erased)) AS erased
      FROM ops.ingest_blocks
      INNER JOIN
      (
        SELECT topic, partition, from, to
        FROM (SELECT {topics:Array(String)} AS topics, {partitions:Array(UInt16)} AS partitions, {froms:Array(UInt64)} AS froms, {tos:Array(UInt64)} AS tos)
        ARRAY JOIN topics AS topic, partitions AS partition, froms AS from, tos AS to
      ) AS windows USING (topic, partition)
      WHERE first_offset >= from AND first_offset < to`,
    query_params: windowParams(verified.windows),
    format: 'JSONEachRow'
  })
  const [counts] = await result.json<Record<string, string>>()
  const count = (name: string) => Number(counts?.[name] ?? 0).toLocaleString('en')
  const goesOn = verified.windows.some(({ from }) => from > 0)
  return [
    `${count('ranges')} ranges${goesOn ? ' since the last run' : ''}: ${count('records')} records = ${count('stored')} stored + ` +
      `${count('rejected')} rejected + ${count('repeats')} repeats + ${count('erased')} erased.`,
    ...(verified.left_out.length > 0 ? [`Left for --full: ${verified.left_out.join('; ')}.`] : [])
  ]
}
