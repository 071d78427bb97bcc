import type { LogMessage } from '../../../models/contracts/event-log.ts'
import type { ShopEvent } from '../../../models/contracts/events.ts'
import { keyOf, topicOf, type Topic } from '../../../models/contracts/topics.ts'
import { postEvents, type SendOptions } from '../../collector.ts'
import { DEFAULT_SETTINGS, musicEvents } from './events.ts'
import { EVENTS_A_DAY } from './mix.ts'

const DAY_MS = 86_400_000
const BATCH_EVENTS = 50
/** The last event should not lie in the future when trade is brisk. */
const SPARE_SHARE = 0.15

export type LoadOptions = {
  count: number
  /** RFC 3339: about when the last event happens. */
  end: string
  seed?: string
}
export type LoadMessage = { topic: Topic; message: LogMessage }
export type LoadBatch = { body: string; events: number; lane: number }

/** So many events of the fixed mix (`describeMix`), oldest first. The catalogue with which a shop opens is left out. */
export function* loadEvents({ count, end, seed = DEFAULT_SETTINGS.seed }: LoadOptions): Generator<ShopEvent> {
  const days = (count / EVENTS_A_DAY) * (1 + SPARE_SHARE) + 1
  const start = new Date(Date.parse(end) - days * DAY_MS).toISOString()
  let left = count
  for (const event of musicEvents({ seed, start })) {
    if (event.occurred_at === start) continue
    if (left-- <= 0) return
    yield event
  }
}

/** The same as messages of a log. */
export function* loadMessages(options: LoadOptions): Generator<LoadMessage> {
  for (const event of loadEvents(options))
    yield { topic: topicOf[event.type], message: { key: keyOf(event), value: JSON.stringify(event) } }
}

/**
 * The same as bodies for the collector. Events of one key share a lane, and keep their order as long as the batches of a
 * lane go one after the other.
 */
export function* loadBatches(
  options: LoadOptions & { batchEvents?: number; lanes?: number }
): Generator<LoadBatch> {
  const { batchEvents = BATCH_EVENTS, lanes = 1 } = options
  const waiting = Array.from({ length: lanes }, (): string[] => [])
  for (const event of loadEvents(options)) {
    const lane = laneOf(keyOf(event), lanes)
    const texts = waiting[lane] ?? []
    texts.push(JSON.stringify(event))
    if (texts.length === batchEvents) yield toBatch(texts.splice(0), lane)
  }
  for (const [lane, texts] of waiting.entries()) if (texts.length > 0) yield toBatch(texts, lane)
}

export type LoadReport = {
  requests: number
  accepted: number
  rejected: number
  /** Requests that were sent again after 429, an error or no answer. */
  repeated: number
  took_s: number
}

/**
 * Posts batches at this rate (Infinity: as fast as they are taken), so many requests at once, those of a lane in order.
 * A collector that says 429 is given the time that it asks for; what became due meanwhile follows without a pause.
 */
export async function postLoad(
  batches: Iterable<LoadBatch>,
  options: SendOptions & { eventsPerSecond: number; requestsMax: number }
): Promise<LoadReport> {
  const startedAtMs = performance.now()
  const report: LoadReport = { requests: 0, accepted: 0, rejected: 0, repeated: 0, took_s: 0 }
  const lanes = new Map<number, Promise<void>>()
  const underWay = new Set<Promise<void>>()
  const send = async (batch: LoadBatch, before: Promise<void> | undefined) => {
    await before
    const { accepted, rejected, repeated } = await postEvents(batch.body, options)
    report.requests++
    report.accepted += accepted
    report.rejected += rejected
    report.repeated += repeated
  }
  let dueEvents = 0
  for (const batch of batches) {
    await waitUntil(startedAtMs + (dueEvents / options.eventsPerSecond) * 1000)
    dueEvents += batch.events
    while (underWay.size >= options.requestsMax) await Promise.race(underWay)
    const sending = send(batch, lanes.get(batch.lane)).finally(() => underWay.delete(sending))
    // The race or the wait at the end learns of a failure; until then it must not count as unhandled.
    sending.catch(() => {})
    lanes.set(batch.lane, sending)
    underWay.add(sending)
  }
  await Promise.all(lanes.values())
  return { ...report, took_s: (performance.now() - startedAtMs) / 1000 }
}

const toBatch = (texts: readonly string[], lane: number): LoadBatch => ({
  body: `[${texts.join(',')}]`,
  events: texts.length,
  lane
})

function laneOf(key: string, lanes: number): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
  return (hash >>> 0) % lanes
}

async function waitUntil(atMs: number): Promise<void> {
  const leftMs = atMs - performance.now()
  if (leftMs > 1) await new Promise((resolve) => setTimeout(resolve, leftMs))
}
