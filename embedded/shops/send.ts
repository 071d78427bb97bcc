import type { ShopEvent } from '../../models/contracts/events.ts'
import { postEvents, type SendOptions } from '../collector.ts'

export type Batch = { body: string; groupsEnd: number }

const BATCH_EVENTS_MAX = 500
const BATCH_BYTES_MAX = 1_500_000
const IN_FLIGHT_MAX = 4

/** Packs groups into request bodies; a group is never split, so its events keep their order in the log. */
export function* packBatches(
  groups: Iterable<{ events: ShopEvent[] }>,
  options: { skipGroups: number }
): Generator<Batch> {
  let texts: string[] = []
  let bytes = 0
  let groupsEnd = 0
  for (const group of groups) {
    if (groupsEnd++ < options.skipGroups) continue
    const added = group.events.map((event) => JSON.stringify(event))
    const addedBytes = added.reduce((sum, text) => sum + text.length, 0)
    if (
      texts.length > 0 &&
      (texts.length + added.length > BATCH_EVENTS_MAX || bytes + addedBytes > BATCH_BYTES_MAX)
    ) {
      yield { body: `[${texts.join(',')}]`, groupsEnd: groupsEnd - 1 }
      texts = []
      bytes = 0
    }
    texts.push(...added)
    bytes += addedBytes
  }
  if (texts.length > 0) yield { body: `[${texts.join(',')}]`, groupsEnd }
}

/**
 * Posts batches to the collector, a few at a time. `sent` is told of every batch once all before it are accepted, so
 * what it writes down is a safe place to go on from. Rejects when the collector refuses, or stays away for long.
 */
export async function sendBatches(
  batches: Iterable<Batch>,
  options: SendOptions & { sent: (batch: Batch) => Promise<void> }
): Promise<void> {
  const inFlight: { batch: Batch; done: Promise<void> }[] = []
  const settleFirst = async () => {
    const first = inFlight.shift()
    if (!first) return
    await first.done
    await options.sent(first.batch)
  }
  for (const batch of batches) {
    options.stopped.throwIfAborted()
    const done = postEvents(batch.body, options).then(() => {})
    // It is awaited in its turn; until then a failure must not count as unhandled.
    done.catch(() => {})
    inFlight.push({ batch, done })
    if (inFlight.length >= IN_FLIGHT_MAX) await settleFirst()
  }
  while (inFlight.length > 0) await settleFirst()
}
