import type { CalendarEvent } from './history.ts'

/** Which day of which event: 0 is a day of the event itself, -1 the day before. */
export type EventMark = { event: number; offset: number }

/** In the order in which a day is given away: to the event itself first, then to the nearest. */
const OFFSETS = [0, -1, 1, -2, -3]

/** A day is one event's only, so that nothing is learnt from it or put back twice; events named first come first. */
export function markEventDays(events: readonly CalendarEvent[]): Map<number, EventMark> {
  const marks = new Map<number, EventMark>()
  for (const offset of OFFSETS)
    events.forEach(({ days }, event) => {
      for (const day of days)
        if (!marks.has(day + offset) && Number.isInteger(day)) marks.set(day + offset, { event, offset })
    })
  return marks
}

const APART_DAYS = 30

/** Times that an event came: days less than 30 apart are one. */
export function occasionsOf(days: readonly number[]): number {
  const sorted = days.toSorted((a, b) => a - b)
  return sorted.filter((day, at) => at === 0 || day - (sorted[at - 1] ?? day) > APART_DAYS).length
}
