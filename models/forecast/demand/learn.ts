import { dayOf, discountOn, isClosed, type Calendar } from './calendar.ts'
import { meanFrom } from './censored.ts'
import { learnEvents, type EventFactors } from './event-factors.ts'
import type { EventMark } from './event-days.ts'
import { isMissing, type CalendarEvent, type Observed } from './history.ts'
import { ratesOf, type Rates } from './rates.ts'
import { type Tally } from './tallies.ts'
import { addOfferDay, emptyOfferTallies, learnUplifts, type OfferTallies, type Uplifts } from './uplifts.ts'

export type Effects = { uplifts: Uplifts; events: EventFactors }

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
  let effects = effectsOf(emptyLessons(), events)
  const isTaught = ({ offers }: Observed) => offers.length > 0 || events.length > 0
  const isCensored = shop.some((observed) => observed.soldOut && isTaught(observed))
  for (let round = 0; round < (isCensored ? ROUNDS : 1); round++) {
    const lessons = emptyLessons()
    for (const observed of shop) if (isTaught(observed)) addLessons(lessons, observed, { calendar, effects })
    effects = effectsOf(lessons, events)
  }
  return effects
}

type Lessons = {
  offers: OfferTallies
  /** By day: of events, and of the ordinary days that tell how much chance there is in a day. */
  events: Map<number, Tally & { mark: EventMark }>
  ordinary: Map<number, Tally>
}

const emptyLessons = (): Lessons => ({ offers: emptyOfferTallies(), events: new Map(), ordinary: new Map() })

function effectsOf({ offers, events: days, ordinary }: Lessons, events: readonly CalendarEvent[]): Effects {
  return {
    uplifts: learnUplifts(offers),
    events: learnEvents(days, { events, noise: noiseOf(ordinary) })
  }
}

function noiseOf(ordinary: ReadonlyMap<number, Tally>): number {
  let [squares, scale] = [0, 0]
  for (const { sold, expected } of ordinary.values()) {
    squares += (sold - expected) ** 2
    scale += expected ** 2
  }
  return scale > 0 ? squares / scale : 1
}

function addLessons(
  lessons: Lessons,
  observed: Observed,
  { calendar, effects }: { calendar: Calendar; effects: Effects }
): void {
  const rates = ratesOf(observed, calendar)
  if (!(rates.sale > 0)) return
  const { category, offers } = observed
  for (let at = 0; at < observed.units.length; at++) {
    if (isMissing(observed, at)) continue
    const day = dayOf(calendar, observed, at)
    const [mark, discount] = [calendar.eventOn(day), discountOn(offers, day)]
    if (mark && discount !== undefined) continue
    const factor = effects.uplifts.of(category, discount) * effects.events.of(mark)
    const own = dayTally(observed, rates, { at, factor })
    if (discount !== undefined) {
      if (!isClosed(calendar, day)) addOfferDay(lessons.offers, { category, discount, day: own })
    } else if (mark) add(lessons.events, day, { ...own, mark })
    else if (!isClosed(calendar, day)) add(lessons.ordinary, day, own)
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

function add<T extends Tally>(days: Map<number, T>, day: number, own: T): void {
  const known = days.get(day)
  if (!known) {
    days.set(day, own)
    return
  }
  known.sold += own.sold
  known.expected += own.expected
}
