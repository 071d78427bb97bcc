import { isTold, type Notice, type Snooze, noticeOf } from './notices.ts'

/** Raised at or below the first, cleared only above the second: a stock that hovers about a threshold crosses it once. */
export type Thresholds = { raise_at: number; clear_above: number }

/** A product's stock as it was known at a moment, by whatever measure its alert follows. */
export type Reading = { atMs: number; units: number }

/** What has to be kept of a product and alert between readings. */
export type AlertState = {
  /** Of the last reading that counted; null before any. */
  as_of: number | null
  units: number | null
  raised_at: number | null
  /** When somebody was last told of it; null where a snooze kept it quiet. */
  told_at: number | null
}

export type AlertEvent = { type: 'stock_alert_raised' | 'stock_alert_cleared'; atMs: number; units: number }
export type Followed = { state: AlertState; events: AlertEvent[]; notices: Notice[] }

export const UNKNOWN: AlertState = { as_of: null, units: null, raised_at: null, told_at: null }

const SHARE = 0.1

/** A tenth above, and at least one unit: what a return or a corrected count moves is not the end of a shortage. */
export function thresholdsFrom(raiseAt: number): Thresholds {
  return { raise_at: raiseAt, clear_above: raiseAt + Math.max(1, Math.ceil(SHARE * Math.max(0, raiseAt))) }
}

/**
 * Events happen at a crossing, notices to people follow from them (notices.ts). Readings may come in any order, twice, or late:
 * they are taken by time, of several at one instant the lowest counts, and what is not newer than the state counts for nothing,
 * since a position is a sum and a later one holds all that came before.
 */
export function followStock(
  before: AlertState,
  readings: readonly Reading[],
  { thresholds, snooze }: { thresholds: Thresholds; snooze?: Snooze | undefined }
): Followed {
  const followed: Followed = { state: before, events: [], notices: [] }
  const { raise_at, clear_above } = thresholds
  if (!Number.isFinite(raise_at) || !(clear_above >= raise_at)) return followed
  for (const reading of inOrder(readings)) {
    if (reading.atMs <= (followed.state.as_of ?? -Infinity)) continue
    follow(followed, reading, { thresholds, snooze })
  }
  return followed
}

function follow(
  followed: Followed,
  reading: Reading,
  { thresholds, snooze }: { thresholds: Thresholds; snooze: Snooze | undefined }
): void {
  const { atMs, units } = reading
  const made = snooze && snooze.atMs <= atMs ? snooze : undefined
  const state: AlertState = { ...followed.state, as_of: atMs, units }
  if (state.raised_at === null && units <= thresholds.raise_at) {
    followed.events.push({ type: 'stock_alert_raised', atMs, units })
    state.raised_at = atMs
    state.told_at = null
  } else if (state.raised_at !== null && units > thresholds.clear_above) {
    followed.events.push({ type: 'stock_alert_cleared', atMs, units })
    if (isTold(state, made)) followed.notices.push({ kind: 'cleared', atMs, units })
    state.raised_at = null
    state.told_at = null
  }
  const notice = noticeOf(state, reading, made)
  if (notice) {
    followed.notices.push(notice)
    state.told_at = atMs
  }
  followed.state = state
}

function inOrder(readings: readonly Reading[]): Reading[] {
  return readings
    .filter(({ atMs, units }) => Number.isFinite(atMs) && Number.isFinite(units))
    .toSorted((a, b) => a.atMs - b.atMs || a.units - b.units)
}
