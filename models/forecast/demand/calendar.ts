import { weekdayOf } from '../forecaster.ts'
import type { WeekdayProfiles } from '../weekday-profile.ts'
import type { EventMark } from './event-days.ts'
import type { Observed, Offer } from './history.ts'

/** What days are like for the whole shop, before anything of offers and events is known. */
export type Calendar = {
  lastDay: number
  weekdays: WeekdayProfiles
  /** 1 for each day, counted back from the last, on which nobody sold anything. */
  closed: Uint8Array
  /** 52 weeks, that of the last day first, going back; undefined where nothing can be said. */
  weeks: Float64Array | undefined
  eventOn: (day: number) => EventMark | undefined
}

export const dayOf = ({ lastDay }: Calendar, { units }: Observed, at: number) =>
  lastDay - (units.length - 1 - at)

/** What an ordinary day of the week and season is worth, in mean days; closed days are worth what they would have been. */
export function openWorthOf(calendar: Calendar, category: string | undefined, day: number): number {
  return (calendar.weekdays.of(category)[weekdayOf(day)] ?? 1) * weekFactor(calendar, day)
}

/** A year of 52 whole weeks, so that weekday and week never mix; it slips by a day or two a year. */
export function weekFactor({ weeks, lastDay }: Calendar, day: number): number {
  if (!weeks) return 1
  const back = Math.floor((lastDay - day) / 7) % weeks.length
  return weeks[back < 0 ? back + weeks.length : back] ?? 1
}

export const isClosed = ({ closed, lastDay }: Calendar, day: number) => closed[lastDay - day] === 1

/** The deepest discount of the offers that run on the day: it counts once, however many overlap. Undefined without an offer. */
export function discountOn(offers: readonly Offer[], day: number): number | undefined {
  let deepest: number | undefined
  for (const { fromDay, toDay, discount } of offers) {
    if (day < fromDay || day > toDay) continue
    deepest = Math.max(deepest ?? 0, discount > 0 ? Math.min(1, discount) : 0)
  }
  return deepest
}
