import type { Caller } from './keys.ts'

/** What a key that was still may send at once, in seconds of its limit. */
const BURST_SECONDS = 2

/** Events a second for each key, in this process. */
export type RateLimit = {
  /** Seconds to wait until so many events may be taken; 0: now. */
  waitSeconds: (caller: Caller, events: number, nowMs: number) => number
  /** Takes them, unless that must wait. */
  take: (caller: Caller, events: number, nowMs: number) => number
}

export function createRateLimit(): RateLimit {
  // One for each key that ever sent: as many as there are keys.
  const buckets = new Map<string, { tokens: number; atMs: number }>()

  function bucketOf({ key_id, eventsPerSecond }: Caller, nowMs: number) {
    const capacity = eventsPerSecond * BURST_SECONDS
    const bucket = buckets.get(key_id) ?? { tokens: capacity, atMs: nowMs }
    const seconds = Math.max(0, nowMs - bucket.atMs) / 1_000
    bucket.tokens = Math.min(capacity, bucket.tokens + seconds * eventsPerSecond)
    bucket.atMs = nowMs
    buckets.set(key_id, bucket)
    return bucket
  }

  function waitSeconds(caller: Caller, events: number, nowMs: number): number {
    // A batch larger than a burst waits for a full bucket and leaves it in debt: otherwise it could never pass.
    const needed = Math.min(events, caller.eventsPerSecond * BURST_SECONDS)
    const missing = needed - bucketOf(caller, nowMs).tokens
    return missing <= 0 ? 0 : Math.ceil(missing / caller.eventsPerSecond)
  }

  return {
    waitSeconds,
    take(caller, events, nowMs) {
      const seconds = waitSeconds(caller, events, nowMs)
      if (seconds === 0) bucketOf(caller, nowMs).tokens -= events
      return seconds
    }
  }
}
