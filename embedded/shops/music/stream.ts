import { setTimeout as sleep } from 'node:timers/promises'
import type { ShopEvent } from '../../../models/contracts/events.ts'
import { postEvents, type SendOptions } from '../../collector.ts'
import { musicEvents } from './events.ts'
import { moveEvent } from './move-event.ts'
import { writeMusicRecord, type MusicRecord } from './record.ts'

const BATCH_EVENTS_MAX = 500
const TICK_MS = 200

export type StreamOptions = SendOptions & { dataDir: string; sent: (events: number) => void }

/** The simulated shop on its way to the collector, one batch after the other, so that nothing overtakes. */
export type MusicStream = {
  /** All of the history that is not sent yet, as fast as the collector takes it. */
  sendHistory(): Promise<void>
  /** Goes on from there until it is stopped: so many events a second, or as many as the collector takes. */
  sendLive(eventsPerSecond: number): Promise<void>
  sentCount(): number
}

/**
 * Makes the events again from the record's seed and skips those that were sent: a stream that was stopped, or killed,
 * goes on with the next one. How far it is stands in the record, which is written before and after every batch.
 */
export function openMusicStream(first: MusicRecord, options: StreamOptions): MusicStream {
  let record = first
  const events = musicEvents(record)
  let next = events.next().value
  const advance = () => {
    next = events.next().value
  }
  for (let skipped = 0; skipped < record.events_sent; skipped++) advance()
  const isHistory = () => next.occurred_at < record.history_end

  const keep = async (change: MusicRecord) => {
    record = change
    await writeMusicRecord(options.dataDir, record)
  }
  const send = async (batch: readonly ShopEvent[]) => {
    await postEvents(JSON.stringify(batch), options)
    const { sending: _, ...rest } = record
    await keep({ ...rest, events_sent: rest.events_sent + batch.length })
    options.sent(record.events_sent)
  }
  const take = (count: number, make: (event: ShopEvent) => ShopEvent) =>
    Array.from({ length: count }, () => {
      const event = make(next)
      advance()
      return event
    })
  const sendAt = async (count: number, at: string) => {
    await keep({ ...record, sending: { count, at } })
    await send(take(count, (event) => moveEvent(event, at)))
  }
  return {
    sentCount: () => record.events_sent,
    async sendHistory() {
      while (isHistory()) {
        options.stopped.throwIfAborted()
        const batch: ShopEvent[] = []
        for (; isHistory() && batch.length < BATCH_EVENTS_MAX; advance()) batch.push(next)
        await send(batch)
      }
    },
    async sendLive(eventsPerSecond) {
      // It may have been stored already, without anybody having been told.
      if (record.sending) await sendAt(record.sending.count, record.sending.at)
      let due = createPace(eventsPerSecond)
      while (!options.stopped.aborted) {
        const count = due()
        if (count > BATCH_EVENTS_MAX) due = createPace(eventsPerSecond)
        const at = new Date().toISOString()
        if (count > 0) await sendAt(Math.min(count, BATCH_EVENTS_MAX), at)
        if (Number.isFinite(eventsPerSecond)) await sleep(TICK_MS, undefined, { signal: options.stopped })
      }
    }
  }
}

/** How many events are due since it was last asked. */
function createPace(eventsPerSecond: number): () => number {
  if (!Number.isFinite(eventsPerSecond)) return () => BATCH_EVENTS_MAX
  const startedAtMs = performance.now()
  let told = 0
  return () => {
    const due = Math.floor(((performance.now() - startedAtMs) / 1000) * eventsPerSecond) - told
    told += due
    return due
  }
}
