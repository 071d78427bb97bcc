import { followStock, thresholdsFrom, type Thresholds } from '../../models/inventory/alerts.ts'
import type { Addressed } from '../../models/inventory/digest.ts'
import type { Snooze } from '../../models/inventory/notices.ts'
import { alertEvent, type StockAlertEvent } from './alert-event.ts'
import type { Kept } from './kept.ts'
import { snoozedUntil } from './snoozes.ts'

export type AlertReading = {
  product_id: string
  /** Who is told together: the supplier; '' where none is known. */
  group: string
  /** On hand less what is promised. */
  available: number
  /** The warehouse's clock when it was read: a later reading counts, also where only a threshold or a late event changed it. */
  at: Date
  /** When its stock last moved: a crossing that a movement made happened then. Left out: `at`. */
  moved_at?: Date | null
  /** Units at or below which it is low; null: never, and what was low is so no more. */
  low_at: number | null
  /** What `low_at` is compared with where that is not `available`: the position, of a reorder point. */
  low_units?: number | null
  /** An order up to so many ends the shortage, however near to `low_at` that is. */
  low_order_up_to?: number | null
  /** Sold no more: nothing of it is short, and nobody needs to be told. */
  is_retired?: boolean
  /** Whether the stock, or where it is low, is invented. */
  is_simulated?: boolean
}

export type Followed = {
  kept: Kept
  events: StockAlertEvent[]
  notices: Addressed[]
  /** As served: null where people are told. */
  snoozed_until: string | null
}

/** Below every stock there is: whatever is raised is cleared. */
const NEVER: Thresholds = { raise_at: -Number.MAX_VALUE, clear_above: -Number.MAX_VALUE }

/** `readAtMs`: when all stock was last read, as far as that is known. */
export function followReading(
  before: Kept,
  reading: AlertReading,
  { snooze, readAtMs }: { snooze: Snooze | undefined; readAtMs: number | undefined }
): Followed {
  const { product_id, alert } = before
  const atMs = reading.at.getTime()
  const { thresholds, units } = alert === 'low_stock' ? lowStock(reading) : stockOut(reading)
  // People name units that can be sold, whatever the alert follows.
  const asked = snooze && shiftSnooze(snooze, units - reading.available)
  const { state, events, notices } = followStock(before, [{ atMs, units }], { thresholds, snooze: asked })
  const crossedMs = crossedAt(reading, before.as_of ?? readAtMs)
  const said = { product_id, alert, units: reading.available }
  // What is cleared because nothing is low any more was raised at another threshold.
  const threshold = thresholds === NEVER ? (before.raised?.threshold ?? 0) : thresholds.raise_at
  const raised = events.some(({ type }) => type === 'stock_alert_raised')
    ? { at_ms: crossedMs, units: said.units, threshold }
    : state.raised_at === null
      ? null
      : before.raised
  return {
    kept: { product_id, alert, ...state, changed_at: events.length > 0 ? atMs : before.changed_at, raised },
    events: events.map(({ type }) =>
      alertEvent(
        { type, atMs: crossedMs },
        { ...said, threshold, isSimulated: reading.is_simulated === true }
      )
    ),
    notices: (reading.is_retired ? [] : notices).map(({ kind }) => ({
      ...said,
      kind,
      atMs: crossedMs,
      group: reading.group
    })),
    snoozed_until: asked ? snoozedUntil(state, asked) : null
  }
}

const shiftSnooze = (snooze: Snooze, units: number): Snooze =>
  snooze.worseBelow === undefined ? snooze : { ...snooze, worseBelow: snooze.worseBelow + units }

function lowStock({ available, low_at, low_units, low_order_up_to }: AlertReading) {
  const units = low_units ?? available
  if (low_at === null) return { units, thresholds: NEVER }
  const { raise_at, clear_above } = thresholdsFrom(Math.floor(low_at))
  const ordered = Math.max(raise_at, (low_order_up_to ?? Infinity) - 1)
  return { units, thresholds: { raise_at, clear_above: Math.min(clear_above, ordered) } }
}

/** One unit more than none is still a shortage, unless the shop wants no more than one: then it would never be over. */
function stockOut({ available, low_at, is_retired }: AlertReading) {
  if (is_retired) return { units: available, thresholds: NEVER }
  const { raise_at, clear_above } = thresholdsFrom(0)
  return {
    units: available,
    thresholds: { raise_at, clear_above: low_at !== null && low_at >= 1 ? clear_above : 0 }
  }
}

/** A movement since the last reading made the crossing, else something that the movements do not tell the time of. */
function crossedAt({ at, moved_at }: AlertReading, knownMs = -Infinity): number {
  const [atMs, movedMs] = [at.getTime(), moved_at?.getTime() ?? Number.NaN]
  return movedMs > knownMs && movedMs <= atMs ? movedMs : atMs
}
