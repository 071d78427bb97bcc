import { WEEK_DAYS, type Series } from './forecaster.ts'
import { closedPeriodsOf } from './panel/season-profile.ts'
import { panelOf } from './planned.ts'

const WEEKS = 26

/**
 * The same shop, in which the days are unknown on which it was closed against its habit: a week's holiday says nothing of what is
 * asked for, and a model that foresaw it would be wrong ever after. A weekday that is mostly closed is a habit, and stays.
 */
export function withoutClosedDays(shop: readonly Series[]): Series[] {
  const closed = closedPeriodsOf(panelOf(shop))
  const isHabit = habitsOf(closed)
  const unusual = Array.from(closed.keys()).filter(
    (at) => closed[at] === 1 && isHabit[at % WEEK_DAYS] !== true
  )
  if (unusual.length === 0) return [...shop]
  return shop.map(({ units, category }) => {
    const own = units.slice()
    for (const at of unusual) if (at < own.length) own[own.length - 1 - at] = NaN
    return { units: own, category }
  })
}

/** By place in the week, counted back from the last day. */
function habitsOf(closed: Uint8Array): boolean[] {
  const weeks = Math.min(WEEKS, Math.floor(closed.length / WEEK_DAYS))
  return Array.from({ length: WEEK_DAYS }, (_, place) => {
    let count = 0
    for (let week = 0; week < weeks; week++) count += closed[week * WEEK_DAYS + place] ?? 0
    return count > weeks / 2
  })
}
