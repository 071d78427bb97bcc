import { closedPeriodsOf } from '../panel/season-profile.ts'
import { WEEK_DAYS, type Series } from '../forecaster.ts'
import { fitWeekdayProfiles } from '../weekday-profile.ts'
import { discountOn, weekFactor, type Calendar } from './calendar.ts'
import { markEventDays } from './event-days.ts'
import type { LearntEvent } from './event-factors.ts'
import { isMissing, observe, type CalendarEvent, type Observed, type ProductHistory } from './history.ts'
import { learnEffects } from './learn.ts'
import type { LostUnits } from './lost.ts'
import { conditionProduct, emptyCounts, type DayCounts } from './product.ts'
import type { LearntUplift } from './uplifts.ts'
import { learnWeeks, levelsOf, weeklySales } from './weeks.ts'

export type ConditionOptions = {
  /** Days since 1970-01-01 of the last day of every history. */
  lastDay: number
  events?: readonly CalendarEvent[]
}

export type ConditionedDemand = {
  /** What would have been asked for on an ordinary full day of stock; NaN where nobody could observe it. */
  series: Series[]
  /** What an ordinary day is multiplied by on each of the days to come: offers, events, week of the year. 1 is ordinary. */
  factors: (row: number, horizonDays: number) => Float64Array
  lost: LostUnits[]
  /** Days up to the last one on which there has been no stock. */
  emptyDays: Int32Array
  effects: LearntEffects
}

/** For people: what the factors are made of. */
export type LearntEffects = {
  offers: LearntUplift[]
  events: LearntEvent[]
  /** 52, the last week first, going back; null where the years are too few or too unlike. */
  weeks: Float64Array | null
  /** Product-days in all, and how many of them said less than all. */
  days: DayCounts
  /** Products whose stock records say "none" on days on which they were sold: taken as always in stock. */
  distrusted: number[]
}

/**
 * What a shop's sales say about demand, before any model sees them: days without stock are missing, sold-out days count what was asked for,
 * offers, events and the season of the year are taken out. A forecast of `series` is multiplied by `factors` to put back what comes.
 */
export function conditionDemand(
  products: readonly ProductHistory[],
  { lastDay, events = [] }: ConditionOptions
): ConditionedDemand {
  if (!Number.isInteger(lastDay)) throw new RangeError(`lastDay is a whole number of days, not ${lastDay}`)
  const shop = products.map(observe)
  const calendar = calendarOf(shop, { lastDay, events })
  const effects = learnEffects(shop, calendar, events)
  const days = emptyCounts()
  const conditioned = shop.map((observed) => conditionProduct(observed, { calendar, effects, days }))
  return {
    series: conditioned.map(({ units }, row) => ({ units, category: shop[row]?.category })),
    lost: conditioned.map(({ lost }) => lost),
    emptyDays: Int32Array.from(conditioned, ({ emptyDays }) => emptyDays),
    factors: (row, horizonDays) => {
      const { category, offers = [] } = shop[row] ?? {}
      return Float64Array.from({ length: horizonDays }, (_, ahead) => {
        const day = lastDay + 1 + ahead
        const uplift = effects.uplifts.of(category, discountOn(offers, day))
        return uplift * effects.events.of(calendar.eventOn(day)) * weekFactor(calendar, day)
      })
    },
    effects: {
      offers: effects.uplifts.learnt,
      events: effects.events.learnt,
      weeks: calendar.weeks ?? null,
      days,
      distrusted: shop.flatMap(({ isCredible }, row) => (isCredible ? [] : row))
    }
  }
}

function calendarOf(shop: readonly Observed[], { lastDay, events = [] }: ConditionOptions): Calendar {
  const series = shop.map(knownSeries)
  const marks = markEventDays(events)
  const length = series.reduce((longest, { units }) => Math.max(longest, units.length), 0)
  const panel = { series: series.map(({ units }) => units), season: WEEK_DAYS, isDemand: true }
  const calendar: Calendar = {
    lastDay,
    length,
    weekdays: fitWeekdayProfiles(series, { lastDay }),
    closed: closedPeriodsOf(panel).toReversed(),
    eventOn: (day) => marks.get(day),
    ofEvent: Uint8Array.from({ length }, (_, at) => (marks.has(lastDay - (length - 1 - at)) ? 1 : 0)),
    weeks: undefined,
    levels: new Float64Array(),
    worths: new Map()
  }
  const sales = weeklySales(shop, calendar)
  return { ...calendar, weeks: learnWeeks(sales), levels: levelsOf(sales), worths: new Map() }
}

/** As sold, without the days that say nothing. */
function knownSeries(observed: Observed): Series {
  const { units, share, category } = observed
  const hasMissing = share?.some((_, at) => isMissing(observed, at))
  return {
    units: hasMissing ? units.map((value, at) => (isMissing(observed, at) ? NaN : value)) : units,
    category
  }
}
