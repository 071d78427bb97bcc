import { dayOf, eachOfferDay, ownDays, weekFactor, type Calendar } from './calendar.ts'
import { meanFrom } from './censored.ts'
import { learnEvents, type EventFactors } from './event-factors.ts'
import type { EventMark } from './event-days.ts'
import { isMissing, type CalendarEvent, type Observed } from './history.ts'
import { ratesOf, type Rates } from './rates.ts'
import { type Tally } from './tallies.ts'
import { addOfferDay, emptyOfferTallies, learnUplifts, type OfferTallies, type Uplifts } from './uplifts.ts'

export type Effects = {
  uplifts: Uplifts
  events: EventFactors
  /** Of each day of the shop, by event and week of the year; undefined where all are 1. */
  shop: Float64Array | undefined
}

const ROUNDS = 3

/**
 * What offers and events do, against the same products' ordinary days around them. A product's day teaches one of them only: a day of an
 * event on which the product was on offer teaches neither, since nobody can say which of the two sold. Days on which all was sold count
 * what they would have sold by what was learnt so far, so these are learnt in rounds.
 */
export function learnEffects(
  shop: readonly Observed[],
  calendar: Calendar,
  events: readonly CalendarEvent[]
): Effects {
  let effects = effectsOf(emptyLessons(calendar.length), calendar, events)
  const isTaught = ({ offers }: Observed) => offers.length > 0 || events.length > 0
  const isCensored = shop.some((observed) => observed.soldOut && isTaught(observed))
  for (let round = 0; round < (isCensored ? ROUNDS : 1); round++) {
    const lessons = emptyLessons(calendar.length)
    const options = { calendar, effects, hasEvents: events.length > 0 }
    for (const observed of shop) if (isTaught(observed)) addLessons(lessons, observed, options)
    effects = effectsOf(lessons, calendar, events)
  }
  return effects
}

type Lessons = {
  offers: OfferTallies
  /** By day. */
  events: Map<number, Tally & { mark: EventMark }>
  /** Of the shop's ordinary days, which tell how much chance there is in a day. */
  ordinary: { sold: Float64Array; expected: Float64Array }
}

const emptyLessons = (days: number): Lessons => ({
  offers: emptyOfferTallies(),
  events: new Map(),
  ordinary: { sold: new Float64Array(days), expected: new Float64Array(days) }
})

function effectsOf(
  { offers, events: days, ordinary }: Lessons,
  calendar: Calendar,
  events: readonly CalendarEvent[]
): Effects {
  const learnt = learnEvents(days, { events, noise: noiseOf(ordinary) })
  return { uplifts: learnUplifts(offers), events: learnt, shop: shopFactors(calendar, learnt) }
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

type LessonOptions = { calendar: Calendar; effects: Effects; hasEvents: boolean }

function addLessons(
  lessons: Lessons,
  observed: Observed,
  { calendar, effects, hasEvents }: LessonOptions
): void {
  const rates = ratesOf(observed, calendar)
  if (!(rates.sale > 0)) return
  const { category, units } = observed
  const [closed, ofEvent] = [ownDays(calendar.closed, observed), ownDays(calendar.ofEvent, observed)]
  eachOfferDay(calendar, observed, (at, discount) => {
    if (ofEvent[at] === 1 || closed[at] === 1 || isMissing(observed, at)) return
    const day = dayTally(observed, rates, { at, factor: effects.uplifts.of(category, discount) })
    addOfferDay(lessons.offers, { category, discount, day })
  })
  if (!hasEvents) return
  const isOffered = new Uint8Array(units.length)
  eachOfferDay(calendar, observed, (at) => (isOffered[at] = 1))
  const { sold, expected } = lessons.ordinary
  for (let at = 0; at < units.length; at++) {
    if (isOffered[at] === 1 || isMissing(observed, at)) continue
    if (ofEvent[at] === 1) {
      const day = dayOf(calendar, observed, at)
      const mark = calendar.eventOn(day)
      if (!mark) continue
      const own = dayTally(observed, rates, { at, factor: effects.events.of(mark) })
      addEventDay(lessons.events, { ...own, day, mark })
    } else if (closed[at] !== 1) {
      const own = dayTally(observed, rates, { at, factor: 1 })
      const place = calendar.length - units.length + at
      sold[place] = (sold[place] ?? 0) + own.sold
      expected[place] = (expected[place] ?? 0) + own.expected
    }
  }
}

function dayTally(
  { units, share, soldOut }: Observed,
  { rate, worth, sale, cap, dispersion }: Rates,
  { at, factor }: { at: number; factor: number }
): Tally {
  const inStock = share?.[at] ?? 1
  const expected = (rate[at] ?? 0) * (worth[at] ?? 0) * inStock
  const sold = Math.min(cap, units[at] ?? 0)
  const asked =
    soldOut?.[at] === 1 && inStock >= 1 ? meanFrom(sold, { mean: factor * expected, dispersion }) : sold
  return { sold: asked / sale, expected: expected / sale }
}

function addEventDay(days: Lessons['events'], own: Tally & { day: number; mark: EventMark }): void {
  const known = days.get(own.day)
  if (!known) days.set(own.day, own)
  else {
    known.sold += own.sold
    known.expected += own.expected
  }
}
