import type { BrowserEvent, BrowserEventType } from '../tracker/events.ts'
import type { Problem } from '../tracker/options.ts'
import type { Tracker } from '../tracker/tracker.ts'
import type { Activity } from './activity.ts'
import { count } from './wording.ts'

/** Sends one event; `about` is what the strip says of it. */
export type Track = (event: BrowserEvent, about: string) => Promise<void>

/** A shop would let events gather for some seconds; here each goes at once, to show what comes of it. */
export function createTrack(options: {
  tracker: Tracker
  activity: Activity
  onSending: (type: BrowserEventType) => void
  onAccepted: (type: BrowserEventType) => void
}): Track {
  const { tracker, activity } = options
  return async (event, about) => {
    const { type } = event
    options.onSending(type)
    const startedAtMs = performance.now()
    tracker.track(event)
    const isAccepted = await tracker.flush()
    const tookMs = Math.round(performance.now() - startedAtMs)
    if (isAccepted) {
      activity(`${type} · ${about} · stored in ${tookMs} ms`)
      options.onAccepted(type)
    } else activity(`${type} · ${about} · not taken`, 'problem')
  }
}

export function describeProblem(problem: Problem): string {
  if (problem.kind === 'rejected') return `refused: ${problem.reason}`
  if (problem.kind === 'dropped') return `${count(problem.count, 'event', 'events')} given up`
  return `the shop does not take events (${problem.status}); again in ${Math.ceil(problem.delayMs / 1_000)} s`
}
