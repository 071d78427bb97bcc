import type { ClickHouseClient } from '@clickhouse/client'
import type { LogEnd, TopicPartition } from '../../models/contracts/event-log.ts'
import type { Check } from './facts.ts'

export type StoredEnd = TopicPartition & { next: number }

/** Where the stored ranges of each partition end. */
export async function readStoredEnds(client: ClickHouseClient): Promise<StoredEnd[]> {
  const result = await client.query({
    query:
      'SELECT topic, partition, toString(max(last_offset) + 1) AS next FROM ops.ingest_blocks GROUP BY topic, partition',
    format: 'JSONEachRow'
  })
  const rows = await result.json<TopicPartition & { next: string }>()
  return rows.map(({ topic, partition, next }) => ({ topic, partition, next: Number(next) }))
}

/** What was read from the log once is still in it, or has been let go from its beginning; `ends` were read after `stored`. */
export function checkLogKept(stored: readonly StoredEnd[], ends: readonly LogEnd[]): Check {
  return {
    name: 'the log has not lost its end',
    async problems() {
      return stored.flatMap(({ topic, partition, next }) => {
        const end = ends.find((one) => one.topic === topic && one.partition === partition)?.end ?? 0
        if (end >= next) return []
        return [`${topic}/${partition}: stored up to offset ${next}, but the log ends at ${end}`]
      })
    }
  }
}
