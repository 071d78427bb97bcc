/** Raised: it just happened. Worse: it fell below what a snooze accepted. Still: a snooze ended, and it is not over. */
export type Notice = { kind: 'raised' | 'worse' | 'still' | 'cleared'; atMs: number; units: number }

/** Quiet until a time, or while the stock is not worse than a number of units; with neither until the alert is cleared. */
export type Snooze = { atMs: number; untilMs?: number; worseBelow?: number }

type Told = { raised_at: number | null; told_at: number | null }

/** A snooze takes back what was said before it: when it ends the alert is to be told of again. */
export function isTold({ told_at }: Told, snooze: Snooze | undefined): boolean {
  return told_at !== null && !(snooze && snooze.atMs >= told_at)
}

/** What to tell people of an alert as it is now; undefined where it is cleared, was told already, or is snoozed by now. */
export function noticeOf(
  state: Told,
  { atMs, units }: { atMs: number; units: number },
  snooze: Snooze | undefined
): Notice | undefined {
  const { raised_at } = state
  if (raised_at === null || isTold(state, snooze)) return undefined
  if (snooze && isQuiet(snooze, { atMs, units, raisedAt: raised_at })) return undefined
  const isWorse = snooze?.worseBelow !== undefined && units < snooze.worseBelow
  const kind = raised_at === atMs ? 'raised' : isWorse ? 'worse' : 'still'
  return { kind, atMs, units }
}

function isQuiet(
  snooze: Snooze,
  { atMs, units, raisedAt }: { atMs: number; units: number; raisedAt: number }
): boolean {
  if (snooze.untilMs !== undefined && atMs >= snooze.untilMs) return false
  if (snooze.worseBelow !== undefined && units < snooze.worseBelow) return false
  // One with no end was about that shortage, not about the next.
  return snooze.untilMs !== undefined || snooze.atMs >= raisedAt
}
