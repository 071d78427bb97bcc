import { dayOf, eachOfferDay, ownDays, type Calendar } from './calendar.ts'
import type { EventMark } from './event-days.ts'
import { isMissing, type Observed } from './history.ts'
import { ratesOf, type Rates } from './rates.ts'
import type { Tally } from './tallies.ts'
import { addOfferDay, emptyOfferTallies, type OfferTallies } from './uplifts.ts'

/** What days of each kind sold, beside what ordinary days would have: all in mean sales of each product. */
export type Lessons = {
  offers: OfferTallies
  events: Map<number, Tally & { mark: EventMark }>
  /** Of the shop's ordinary days, which tell how much chance there is in a day. */
  ordinary: { sold: Float64Array; expected: Float64Array }
  /** Days of offers and events on which all was sold. */
  censored: CensoredDay[]
}

/** `asked`: what the tallies hold of it so far. */
export type CensoredDay = {
  of: { category: string | undefined; discount: number } | { day: number; mark: EventMark }
  sold: number
  expected: number
  dispersion: number
  asked: number
}

/**
 * A product's day teaches of one thing only: a day of an event on which the product was on offer teaches nothing, since nobody can say
 * which of the two sold.
 */
export function lessonsOf(shop: readonly Observed[], calendar: Calendar): Lessons {
  const lessons: Lessons = {
    offers: emptyOfferTallies(),
    events: new Map(),
    ordinary: { sold: new Float64Array(calendar.length), expected: new Float64Array(calendar.length) },
    censored: []
  }
  const hasEvents = calendar.ofEvent.includes(1)
  for (const observed of shop) {
    if (observed.offers.length === 0 && !hasEvents) continue
    const rates = ratesOf(observed, calendar)
    if (!(rates.sale > 0)) continue
    if (observed.offers.length > 0) addOfferDays(lessons, observed, { rates, calendar })
    if (hasEvents) addShopDays(lessons, observed, { rates, calendar })
  }
  return lessons
}

type Known = { rates: Rates; calendar: Calendar }

function addOfferDays(lessons: Lessons, observed: Observed, { rates, calendar }: Known): void {
  const { category } = observed
  const [closed, ofEvent] = [ownDays(calendar.closed, observed), ownDays(calendar.ofEvent, observed)]
  eachOfferDay(calendar, observed, (at, discount) => {
    if (ofEvent[at] === 1 || closed[at] === 1 || isMissing(observed, at)) return
    const day = dayTally(observed, rates, at)
    addOfferDay(lessons.offers, { category, discount, day })
    addCensored(lessons, observed, { rates, at, day, of: { category, discount } })
  })
}

function addShopDays(lessons: Lessons, observed: Observed, { rates, calendar }: Known): void {
  const length = observed.units.length
  const [closed, ofEvent] = [ownDays(calendar.closed, observed), ownDays(calendar.ofEvent, observed)]
  const isOffered = new Uint8Array(length)
  eachOfferDay(calendar, observed, (at) => (isOffered[at] = 1))
  const { sold, expected } = lessons.ordinary
  for (let at = 0; at < length; at++) {
    if (isOffered[at] === 1 || isMissing(observed, at)) continue
    if (ofEvent[at] === 1) addEventDay(lessons, observed, { rates, calendar, at })
    else if (closed[at] !== 1) {
      const own = dayTally(observed, rates, at)
      const place = calendar.length - length + at
      sold[place] = (sold[place] ?? 0) + own.sold
      expected[place] = (expected[place] ?? 0) + own.expected
    }
  }
}

function addEventDay(
  lessons: Lessons,
  observed: Observed,
  { rates, calendar, at }: Known & { at: number }
): void {
  const day = dayOf(calendar, observed, at)
  const mark = calendar.eventOn(day)
  if (!mark) return
  const own = dayTally(observed, rates, at)
  const known = lessons.events.get(day)
  if (known) {
    known.sold += own.sold
    known.expected += own.expected
  } else lessons.events.set(day, { ...own, mark })
  addCensored(lessons, observed, { rates, at, day: own, of: { day, mark } })
}

function dayTally({ units, share }: Observed, { rate, worth, sale, cap }: Rates, at: number): Tally {
  const expected = (rate[at] ?? 0) * (worth[at] ?? 0) * (share?.[at] ?? 1)
  return { sold: Math.min(cap, units[at] ?? 0) / sale, expected: expected / sale }
}

type Censored = { rates: Rates; at: number; day: Tally; of: CensoredDay['of'] }

/** Where it is known for how long there was stock, what was sold in that time says all. */
function addCensored({ censored }: Lessons, observed: Observed, { rates, at, day, of }: Censored): void {
  if (observed.soldOut?.[at] !== 1 || (observed.share?.[at] ?? 1) < 1) return
  censored.push({ ...day, of, dispersion: rates.dispersion / rates.sale, asked: day.sold })
}
