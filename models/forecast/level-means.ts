import { closedDaysOf } from './closed-days.ts'
import { HISTORY_DAYS_MIN, weekdayOf, type MeansOf, type Series } from './forecaster.ts'
import { fitWeekdayProfiles } from './weekday-profile.ts'

const FIRST_LEVEL_DAYS = 28

/**
 * Expected units of a day = level of the product times factor of the weekday. The level is simple exponential smoothing
 * (Brown 1959) of what a mean day sells: after a day of y units with factor w it moves by smoothing * (y - w * level),
 * so a closed weekday (w = 0) teaches nothing, and neither does a day on which the whole shop was closed or nobody could observe.
 */
export function levelMeans(smoothing: number): MeansOf {
  return (shop, { lastDay, horizonDays }) => {
    const profiles = fitWeekdayProfiles(shop, { lastDay })
    const closed = closedDaysOf(shop)
    return shop.map((series) => {
      if (series.units.length < HISTORY_DAYS_MIN) return undefined
      const profile = profiles.of(series.category)
      const level = smooth(series, { profile, closed, lastDay, smoothing })
      return Float64Array.from(
        { length: horizonDays },
        (_, ahead) => level * (profile[weekdayOf(lastDay + 1 + ahead)] ?? 0)
      )
    })
  }
}

type SmoothOptions = { profile: Float64Array; closed: Uint8Array; lastDay: number; smoothing: number }

function smooth({ units }: Series, { profile, closed, lastDay, smoothing }: SmoothOptions): number {
  const length = units.length
  const factorAt = (at: number) =>
    closed[length - 1 - at] === 1 ? 0 : (profile[weekdayOf(lastDay - (length - 1 - at))] ?? 0)
  let soldFirst = 0
  let factorsFirst = 0
  const firstDays = Math.min(FIRST_LEVEL_DAYS, length)
  for (let at = 0; at < firstDays; at++) {
    if (Number.isNaN(units[at])) continue
    soldFirst += units[at] ?? 0
    factorsFirst += factorAt(at)
  }
  let level = factorsFirst > 0 ? soldFirst / factorsFirst : 0
  for (let at = firstDays; at < length; at++) {
    const factor = factorAt(at)
    if (factor > 0 && !Number.isNaN(units[at])) level += smoothing * ((units[at] ?? 0) - factor * level)
  }
  return Math.max(0, level)
}
