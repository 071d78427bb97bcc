import { weekdayOf } from '../forecaster.ts'
import type { WeekdayProfiles } from '../weekday-profile.ts'
import type { EventMark } from './event-days.ts'
import type { Observed, Offer } from './history.ts'

/** What the days of a whole shop are like. Arrays are by day, oldest first, as long as the longest history. */
export type Calendar = {
  lastDay: number
  length: number
  weekdays: WeekdayProfiles
  /** 1 for each day on which nobody sold anything. */
  closed: Uint8Array
  eventOn: (day: number) => EventMark | undefined
  /** 1 for each day of an event. */
  ofEvent: Uint8Array
  /** 52 weeks, that of the last day first, going back; undefined where nothing can be said. */
  weeks: Float64Array | undefined
  /** How the shop sold in each week, beside what its products sell in the mean: that of the last day first, going back. */
  levels: Float64Array
  /** By category: what a day is worth, in mean days, by weekday and the shop's level, as if the shop were open. */
  worths: Map<string | undefined, Float64Array>
}

export const dayOf = ({ lastDay }: Calendar, { units }: Observed, at: number) =>
  lastDay - (units.length - 1 - at)

/** The days of a product of an array of the shop's. */
export function ownDays(days: Float64Array, observed: Observed): Float64Array
export function ownDays(days: Uint8Array, observed: Observed): Uint8Array
export function ownDays(days: Float64Array | Uint8Array, { units }: Observed): Float64Array | Uint8Array {
  return days.subarray(days.length - units.length)
}

/** Made once a category and shared by its products. */
export function worthsOf(calendar: Calendar, category: string | undefined): Float64Array {
  const known = calendar.worths.get(category)
  if (known) return known
  const profile = calendar.weekdays.of(category)
  const worths = Float64Array.from({ length: calendar.length }, (_, at) => {
    const day = calendar.lastDay - (calendar.length - 1 - at)
    return (profile[weekdayOf(day)] ?? 1) * (calendar.levels[Math.floor((calendar.lastDay - day) / 7)] ?? 1)
  })
  calendar.worths.set(category, worths)
  return worths
}

/** A year of 52 whole weeks, so that weekday and week never mix; it slips by a day or two a year. */
export function weekFactor({ weeks, lastDay }: Pick<Calendar, 'weeks' | 'lastDay'>, day: number): number {
  if (!weeks) return 1
  const back = Math.floor((lastDay - day) / 7) % weeks.length
  return weeks[back < 0 ? back + weeks.length : back] ?? 1
}

/** The deepest discount of the offers that run on the day: it counts once, however many overlap. Undefined without an offer. */
export function discountOn(offers: readonly Offer[], day: number): number | undefined {
  let deepest: number | undefined
  for (const { fromDay, toDay, discount } of offers) {
    if (day < fromDay || day > toDay) continue
    deepest = Math.max(deepest ?? 0, discount > 0 ? Math.min(1, discount) : 0)
  }
  return deepest
}

/** Calls for each day of the product's history on which it was on offer. */
export function eachOfferDay(
  calendar: Calendar,
  observed: Observed,
  visit: (at: number, discount: number) => void
): void {
  const { offers, units } = observed
  const firstDay = calendar.lastDay - units.length + 1
  const from = offers.reduce((first, offer) => Math.min(first, offer.fromDay), Infinity)
  for (let day = Math.max(firstDay, Math.ceil(from)); day <= calendar.lastDay; day++) {
    const discount = discountOn(offers, day)
    if (discount !== undefined) visit(day - firstDay, discount)
  }
}
