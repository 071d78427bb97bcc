import { weekFactor, type Calendar } from './calendar.ts'
import { meanFrom } from './censored.ts'
import { learnEvents, type EventFactors } from './event-factors.ts'
import type { CalendarEvent, Observed } from './history.ts'
import { lessonsOf, type CensoredDay, type Lessons } from './lessons.ts'
import { addOfferDay, learnUplifts, type Uplifts } from './uplifts.ts'

export type Effects = {
  uplifts: Uplifts
  events: EventFactors
  /** Of each day of the shop, by event and week of the year; undefined where all are 1. */
  shop: Float64Array | undefined
}

const ROUNDS = 10

/**
 * What offers and events do, against the same products' ordinary days around them. Days on which all was sold count what they would have
 * sold by what was learnt so far (expectation maximisation): offers sell out, and would otherwise seem to do little.
 */
export function learnEffects(
  shop: readonly Observed[],
  calendar: Calendar,
  events: readonly CalendarEvent[]
): Effects {
  const lessons = lessonsOf(shop, calendar)
  const noise = noiseOf(lessons.ordinary)
  const learn = () => ({
    uplifts: learnUplifts(lessons.offers),
    events: learnEvents(lessons.events, { events, noise })
  })
  let learnt = learn()
  for (let round = 0; lessons.censored.length > 0 && round < ROUNDS; round++) {
    for (const one of lessons.censored) askAgain(lessons, one, learnt)
    learnt = learn()
  }
  return { ...learnt, shop: shopFactors(calendar, learnt.events) }
}

function askAgain(
  { offers, events }: Lessons,
  one: CensoredDay,
  learnt: Pick<Effects, 'uplifts' | 'events'>
): void {
  const { of, sold, expected, dispersion } = one
  const factor = 'mark' in of ? learnt.events.of(of.mark) : learnt.uplifts.of(of.category, of.discount)
  const asked = meanFrom(sold, { mean: factor * expected, dispersion })
  const more = asked - one.asked
  one.asked = asked
  const day = 'mark' in of ? events.get(of.day) : undefined
  if (day) day.sold += more
  if (!('mark' in of)) addOfferDay(offers, { ...of, day: { sold: more, expected: 0 } })
}

function shopFactors(calendar: Calendar, events: EventFactors): Float64Array | undefined {
  const factors = Float64Array.from({ length: calendar.length }, (_, at) => {
    const day = calendar.lastDay - (calendar.length - 1 - at)
    return events.of(calendar.eventOn(day)) * weekFactor(calendar, day)
  })
  return factors.every((factor) => factor === 1) ? undefined : factors
}

/** Variance of sold / expected, days weighing by their squared expectation. */
function noiseOf({ sold, expected }: Lessons['ordinary']): number {
  let [squares, scale] = [0, 0]
  for (let day = 0; day < sold.length; day++) {
    squares += ((sold[day] ?? 0) - (expected[day] ?? 0)) ** 2
    scale += (expected[day] ?? 0) ** 2
  }
  return scale > 0 ? squares / scale : 1
}
