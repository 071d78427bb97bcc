import { weekdayOf, WEEK_DAYS, type Series } from './forecaster.ts'

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
 * w = (own + k * shop) / (units + k), k = 200 units. A product counts by its days of sale, capped at twice its mean sale,
 * since a single wholesale order would otherwise make a weekday.
 */
export function fitWeekdayProfiles(
  shop: readonly Series[],
  { lastDay, days = PROFILE_DAYS }: ProfileOptions
): WeekdayProfiles {
  const total = new Float64Array(WEEK_DAYS)
  const sums = new Map<string, Float64Array>()
  for (const { units, category } of shop) {
    const cap = 2 * meanSale(units)
    const own = category === undefined ? undefined : (sums.get(category) ?? new Float64Array(WEEK_DAYS))
    if (category !== undefined && own) sums.set(category, own)
    const wholeWeeks = WEEK_DAYS * Math.floor(Math.min(units.length, days) / WEEK_DAYS)
    for (let at = units.length - wholeWeeks; at < units.length; at++) {
      const weekday = weekdayOf(lastDay - (units.length - 1 - at))
      const value = Math.min(cap, units[at] ?? 0)
      total[weekday] = (total[weekday] ?? 0) + value
      if (own) own[weekday] = (own[weekday] ?? 0) + value
    }
  }
  const shopProfile = normalise(total)
  const profiles = new Map([...sums].map(([category, own]) => [category, shrink(own, shopProfile)]))
  return {
    shop: shopProfile,
    of: (category) => (category === undefined ? undefined : profiles.get(category)) ?? shopProfile
  }
}

function meanSale(units: Float64Array): number {
  let sum = 0
  let count = 0
  for (const value of units) {
    if (value <= 0) continue
    sum += value
    count++
  }
  return count === 0 ? 0 : sum / count
}

function normalise(sums: Float64Array): Float64Array {
  const total = sums.reduce((sum, value) => sum + value, 0)
  return total > 0 ? sums.map((value) => (WEEK_DAYS * value) / total) : new Float64Array(WEEK_DAYS).fill(1)
}

function shrink(own: Float64Array, shop: Float64Array): Float64Array {
  return normalise(own.map((value, weekday) => value + (SHRINKAGE_UNITS * (shop[weekday] ?? 0)) / WEEK_DAYS))
}
