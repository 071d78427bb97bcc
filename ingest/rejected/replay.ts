import type { ClickHouseClient } from '@clickhouse/client'
import { judgeRejected, type CheckBytes, type Outgoing } from './judge.ts'
import { writePlace, type RejectedRow } from './row.ts'

/** Sends events to their topics; answers of each why it was refused, undefined when it is durable. */
export type SendAgain = (events: Outgoing[]) => Promise<(string | undefined)[]>
export type SentCounts = { sent: number; refused: number; still_wrong: number }

type Ports = {
  client: ClickHouseClient
  send: SendAgain
  check?: CheckBytes
  /** Told of every message. */
  say(line: string): void
}

/**
 * Sends what is valid by today's rules, with its own event_id, and writes down that it was sent. After a crash between
 * the two it is sent once more, and stored once none the less, like everything that a sender sends twice.
 */
export async function replayRejected(
  pages: AsyncIterable<RejectedRow[]>,
  { client, send, check, say }: Ports,
  { isDryRun }: { isDryRun: boolean }
): Promise<SentCounts> {
  const counts: SentCounts = { sent: 0, refused: 0, still_wrong: 0 }
  for await (const page of pages) {
    const ready: { row: RejectedRow; outgoing: Outgoing }[] = []
    for (const row of page) {
      const judged = judgeRejected(row, check)
      if (judged.ok) ready.push({ row, outgoing: judged.outgoing })
      else {
        counts.still_wrong++
        say(`${writePlace(row)} is still wrong: ${judged.why}`)
      }
    }
    const refusals = isDryRun ? [] : await send(ready.map(({ outgoing }) => outgoing))
    const outcomes = ready.map(({ row, outgoing }, i) => {
      const refusal = refusals[i]
      if (refusal === undefined) counts.sent++
      else counts.refused++
      say(`${writePlace(row)} ${describe(outgoing, refusal, isDryRun)}`)
      return {
        topic: row.topic,
        partition: row.partition,
        offset: row.offset,
        event_id: outgoing.event.event_id,
        outcome: refusal === undefined ? 'sent' : 'refused',
        detail: refusal ?? outgoing.topic
      }
    })
    if (isDryRun || outcomes.length === 0) continue
    await client.insert({
      table: 'ops.rejected_replays',
      values: outcomes,
      format: 'JSONEachRow',
      clickhouse_settings: { async_insert: 0 }
    })
  }
  return counts
}

function describe({ topic, event }: Outgoing, refusal: string | undefined, isDryRun: boolean): string {
  if (refusal !== undefined) return `was refused: ${refusal}`
  return `${isDryRun ? 'would go' : 'was sent'} to ${topic}: ${event.type} ${event.event_id}`
}
