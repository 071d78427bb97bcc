import type { LogRecord } from '../models/contracts/event-log.ts'

/** Bounds the bytes that wait in several partitions together: a store that is slow must not fill the memory. */
export type WaitingRoom = {
  /** Resolves when there is room for more. */
  enter(bytes: number): Promise<void>
  /** Bytes that do not ask: of a range that was begun, which must become whole before it can be stored. */
  add(bytes: number): void
  leave(bytes: number): void
  /** Tells of bytes that wait for company only, and could be on their way. Answers what ends it. */
  join(waiting: Waiting): () => void
}
export type Waiting = { bytes(): number; go(): void }

export const bytesOf = (records: readonly LogRecord[]): number =>
  records.reduce((sum, { value }) => sum + value.length, 0)

export function openWaitingRoom({ bytesMax }: { bytesMax: number }): WaitingRoom {
  let bytesInside = 0
  const queue: { bytes: number; enter: () => void }[] = []
  const idle = new Set<Waiting>()
  function admit(): void {
    // An empty room takes whatever comes, or what is larger than the room would wait for ever.
    while (queue[0] && (bytesInside === 0 || bytesInside + queue[0].bytes <= bytesMax)) {
      const next = queue.shift()
      bytesInside += next?.bytes ?? 0
      next?.enter()
    }
    if (queue.length > 0) sendOff()
  }
  /** A room full of those who wait for company, which nobody can join any more, would stand still. */
  function sendOff(): void {
    let sum = 0
    let largest: Waiting | undefined
    for (const waiting of idle) {
      sum += waiting.bytes()
      if (waiting.bytes() > (largest?.bytes() ?? 0)) largest = waiting
    }
    if (sum > bytesMax / 2) largest?.go()
  }
  return {
    enter(bytes) {
      const { promise, resolve } = Promise.withResolvers<void>()
      queue.push({ bytes, enter: resolve })
      admit()
      return promise
    },
    add(bytes) {
      bytesInside += bytes
    },
    leave(bytes) {
      bytesInside -= bytes
      admit()
    },
    join(waiting) {
      idle.add(waiting)
      return () => void idle.delete(waiting)
    }
  }
}
