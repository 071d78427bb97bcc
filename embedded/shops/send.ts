import { setTimeout as sleep } from 'node:timers/promises'
import type { ShopEvent } from '../../models/contracts/events.ts'

export type SendOptions = {
  url: string
  key: string
  stopped: AbortSignal
  /** Set for what is known to be bad and only handed over to be kept with its reason. */
  mayReject?: boolean
}

export type Batch = { body: string; groupsEnd: number }

const BATCH_EVENTS_MAX = 500
const BATCH_BYTES_MAX = 1_500_000
const IN_FLIGHT_MAX = 4
const TRIES_MAX = 20
const BACK_OFF_MS_MAX = 5_000
const RETRY_AFTER_MS_MAX = 60_000

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

export type Posted = {
  accepted: number
  rejected: number
  /** How often it had to be sent again, because the collector was busy or away. */
  repeated: number
}
type CollectorAnswer = { accepted: number; rejected: number; results: { status: string; reason?: string }[] }

/** Posts a body of events until the collector takes it, waiting as long as a busy one asks (429 with Retry-After). */
export async function postEvents(
  body: string,
  { url, key, stopped, mayReject }: SendOptions
): Promise<Posted> {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body,
      signal: stopped
    }).catch((error: unknown) => {
      if (stopped.aborted || tries >= TRIES_MAX) throw error
      return undefined
    })
    if (answer?.status === 202) {
      const { accepted, rejected, results } = (await answer.json()) as CollectorAnswer
      if (rejected > 0 && !mayReject) {
        const first = results.find((result) => result.status !== 'accepted')
        throw new Error(
          `the collector refused ${rejected} events, for example: ${first?.reason ?? 'no reason given'}`
        )
      }
      return { accepted, rejected, repeated: tries - 1 }
    }
    const text = (await answer?.text()) ?? 'no answer'
    const mayPass = !answer || answer.status === 429 || answer.status >= 500
    if (!mayPass || tries >= TRIES_MAX) {
      throw new Error(`the collector answered ${answer?.status ?? 'nothing'}: ${text.slice(0, 500)}`)
    }
    await sleep(waitMs(answer, tries), undefined, { signal: stopped })
  }
}

/** What the collector asks for, within reason; otherwise twice as long every time. */
function waitMs(answer: Response | undefined, tries: number): number {
  const askedSeconds = Number(answer?.headers.get('retry-after') ?? Number.NaN)
  return askedSeconds > 0
    ? Math.min(RETRY_AFTER_MS_MAX, askedSeconds * 1000)
    : Math.min(BACK_OFF_MS_MAX, 100 * 2 ** tries)
}
