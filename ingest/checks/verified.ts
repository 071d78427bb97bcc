import type { ClickHouseClient } from '@clickhouse/client'
import { REJECTED_TOPIC, topics } from '../../models/contracts/topics.ts'
import { tableOf } from '../table-of.ts'
import type { Check } from './facts.ts'
import { windowCondition, type Window } from './windows.ts'

/** As text, because the hash of a NULL is NULL, and a sum skips it. */
const HASH = 'cityHash64(toString(tuple(*)))'

/** Writes down what was found in order, so that the next run goes on behind it and a full one can compare. */
export async function recordVerified(
  client: ClickHouseClient,
  windows: readonly Window[],
  verifiedAt: Date
): Promise<void> {
  const values = []
  for (const topic of [...topics, REJECTED_TOPIC]) {
    const mine = windows.filter((window) => window.topic === topic && window.to > window.from)
    if (mine.length === 0) continue
    type Row = { partition: number; row_count: string; digest: string }
    // Bytes of rejected messages may be scrubbed, so they have no digest.
    const rows =
      topic === REJECTED_TOPIC
        ? []
        : await rowsOf<Row>(
            client,
            `SELECT partition, toString(count()) AS row_count, toString(sum(${HASH})) AS digest
       FROM ${tableOf(topic)} WHERE ${windowCondition(mine, topic)} GROUP BY partition`
          )
    const known = new Map(rows.map((row) => [row.partition, row]))
    for (const { partition, from, to, epoch } of mine) {
      const { row_count = '0', digest = '0' } = known.get(partition) ?? {}
      values.push({
        topic,
        partition,
        first_offset: from,
        next_offset: to,
        epoch,
        row_count,
        digest,
        verified_at: verifiedAt.toISOString().slice(0, -1)
      })
    }
  }
  if (values.length === 0) return
  await client.insert({
    table: 'ops.verified',
    values,
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 }
  })
}

/**
 * The rows of every range that was verified before are still those, to the last byte. Of each partition those ranges
 * count that came since it was last verified from its start; a replay, or the erasure of a person, changes rows rightly,
 * and ends what can be compared.
 */
export function checkDigests(client: ClickHouseClient): Check {
  return {
    name: 'rows that were verified before have not changed since',
    async problems() {
      const found = await Promise.all(topics.map((topic) => findChanged(client, topic)))
      return found.flat()
    }
  }
}

async function findChanged(client: ClickHouseClient, topic: string): Promise<string[]> {
  const rows = await rowsOf<{ problem: string }>(
    client,
    `WITH
       known AS
       (
         SELECT partition, first_offset, next_offset, epoch, row_count, digest, verified_at,
           maxIf(verified_at, first_offset = 0) OVER (PARTITION BY partition) AS begun_at
         FROM ops.verified WHERE topic = {topic:String}
       ),
       ranges AS
       (
         SELECT partition, first_offset, next_offset, row_count, digest, verified_at FROM known
         WHERE verified_at >= begun_at AND verified_at > (SELECT max(swept_at + toIntervalMillisecond(took_ms)) FROM ops.erasures)
           AND epoch = (SELECT max(epoch) FROM ops.ingest_blocks WHERE topic = {topic:String})
       ),
       hashed AS (SELECT partition, offset, ${HASH} AS hash FROM ${tableOf(topic)})
     SELECT concat({topic:String}, '/', toString(partition), ' offsets ', toString(first_offset), '-', toString(next_offset - 1),
       ': ', toString(row_count), ' rows were verified on ', toString(verified_at), ', ',
       if(now_count = row_count, 'and some read otherwise now', concat('there are ', toString(now_count), ' now'))) AS problem
     FROM
     (
       SELECT partition, first_offset, next_offset, any(ranges.row_count) AS row_count, any(ranges.digest) AS digest,
         any(ranges.verified_at) AS verified_at, count() AS now_count, sum(hash) AS now_digest
       FROM hashed ASOF INNER JOIN ranges ON hashed.partition = ranges.partition AND hashed.offset >= ranges.first_offset
       WHERE offset < next_offset
       GROUP BY partition, first_offset, next_offset
     )
     WHERE (now_count, now_digest) != (row_count, digest)
     ORDER BY partition, first_offset LIMIT 10`,
    { topic }
  )
  return rows.map(({ problem }) => problem)
}

async function rowsOf<Row>(
  client: ClickHouseClient,
  query: string,
  params: Record<string, string> = {}
): Promise<Row[]> {
  return (await client.query({ query, query_params: params, format: 'JSONEachRow' })).json<Row>()
}
