import { weekdayOf, WEEK_DAYS, type Series } from './forecaster.ts'
import { addToTally, emptyTally, profileOf, type SeasonTally } from './season-tally.ts'

/** How a weekday compares to the mean day, by category: the seven factors of each sum to 7, and a closed weekday has 0. */
export type WeekdayProfiles = { shop: Float64Array; of: (category: string | undefined) => Float64Array }

export type ProfileOptions = {
  lastDay: number
  /** Days back that are looked at: whole weeks, so that no weekday counts more often than another. */
  days?: number
}

const PROFILE_DAYS = 26 * WEEK_DAYS
/** Of the shop's units, added to a category's own: with few sales a category has the shop's week. */
const SHRINKAGE_UNITS = 200

/**
 * One product has too few sales for a week of its own, so it is pooled over the shop and, shrunk, over categories:
 * w = (own + k * shop) / (units + k), k = 200 units.
 */
export function fitWeekdayProfiles(
  shop: readonly Series[],
  { lastDay, days = PROFILE_DAYS }: ProfileOptions
): WeekdayProfiles {
  const options = {
    season: WEEK_DAYS,
    seasonsMax: Math.floor(days / WEEK_DAYS),
    per: 'unit',
    nextPlace: weekdayOf(lastDay + 1)
  } as const
  const all = emptyTally(WEEK_DAYS)
  const sums = new Map<string, SeasonTally>()
  for (const { units, category } of shop) {
    addToTally(all, units, options)
    if (category === undefined) continue
    const own = sums.get(category) ?? emptyTally(WEEK_DAYS)
    sums.set(category, own)
    addToTally(own, units, options)
  }
  const prior = profileOf(all, { weight: 0 })
  const profiles = new Map(
    [...sums].map(([category, own]) => [category, profileOf(own, { prior, weight: SHRINKAGE_UNITS })])
  )
  return {
    shop: prior,
    of: (category) => (category === undefined ? undefined : profiles.get(category)) ?? prior
  }
}
