import type { ServedAlert, ServedDecision, ServedReplenishment } from '../../models/contracts/served-stock.ts'

/** What was decided here and is on its way through the log: shown at once, until a published version says it, too. */
export type Overlay = {
  decide: (about: { product_id: string; suggestion_id: string }, decision: ServedDecision) => void
  decisionOf: (record: ServedReplenishment) => ServedDecision | null
  /** `until` is a time, or `cleared`. */
  snooze: (about: { product_id: string; alert: ServedAlert['alert'] }, until: string) => void
  snoozedUntil: (product_id: string, alert: ServedAlert) => string | null
}

/** Longer than the log, the warehouse and a job take; after that what was published is believed. */
const KEPT_MS = 5 * 60_000
const ENTRIES_MAX = 10_000

export function createOverlay(nowMs: () => number = Date.now): Overlay {
  const decisions = createFleeting<{ suggestion_id: string; decision: ServedDecision }>(nowMs)
  const snoozes = createFleeting<{ at: number; until: string }>(nowMs)
  const alertKey = (product_id: string, alert: string) => `${alert} ${product_id}`
  return {
    decide: ({ product_id, suggestion_id }, decision) =>
      decisions.put(product_id, { suggestion_id, decision }),
    decisionOf({ product_id, suggestion_id, decision }) {
      const own = decisions.get(product_id)
      if (!own || (suggestion_id !== null && suggestion_id !== own.suggestion_id)) return decision
      // A version may have been made after the decision and before its event was stored.
      return decision && decision.at >= own.decision.at ? decision : own.decision
    },
    snooze: ({ product_id, alert }, until) =>
      snoozes.put(alertKey(product_id, alert), { at: nowMs(), until }),
    snoozedUntil(product_id, { alert, raised_at, snoozed_until }) {
      const own = snoozes.get(alertKey(product_id, alert))
      return own && own.at >= Date.parse(raised_at) ? own.until : snoozed_until
    }
  }
}

function createFleeting<Value>(nowMs: () => number) {
  const entries = new Map<string, { value: Value; atMs: number }>()
  return {
    put(key: string, value: Value) {
      entries.delete(key)
      entries.set(key, { value, atMs: nowMs() })
      const [oldest] = entries.keys()
      if (entries.size > ENTRIES_MAX && oldest !== undefined) entries.delete(oldest)
    },
    get(key: string): Value | undefined {
      const entry = entries.get(key)
      if (entry && nowMs() - entry.atMs <= KEPT_MS) return entry.value
      if (entry) entries.delete(key)
      return undefined
    }
  }
}
