import { addToTally, emptyTally, profileOf, type SeasonTally } from '../season-tally.ts'
import type { Panel } from './panel.ts'

/** How each place in the season compares to the mean one: they sum to the season. Place 0 is the first period after the last. */
export type SeasonProfile = Float64Array

const SEASONS_MAX = 26
/** Mean sales of the panel that are added to a category's own: with few of its own it has the panel's pattern. */
const SHRINKAGE_SALES = 200

/**
 * One product has too few sales for a pattern of its own, so it is the panel's, or its category's shrunk towards the panel's. Whether
 * the pattern helps, a backtest says.
 */
export function fitSeasonProfiles(panel: Panel, byCategory: boolean): (row: number) => SeasonProfile {
  const { series, categories, season } = panel
  const options = { season, seasonsMax: SEASONS_MAX, per: 'mean sale' } as const
  const all = emptyTally(season)
  const own = new Map<string, SeasonTally>()
  series.forEach((y, row) => {
    addToTally(all, y, options)
    const category = byCategory ? categories?.[row] : undefined
    if (category === undefined) return
    const tally = own.get(category) ?? emptyTally(season)
    own.set(category, tally)
    addToTally(tally, y, options)
  })
  const prior = profileOf(all, { weight: 0 })
  const profiles = new Map(
    [...own].map(([category, tally]) => [category, profileOf(tally, { prior, weight: SHRINKAGE_SALES })])
  )
  return (row) => profiles.get(categories?.[row] ?? '') ?? prior
}

const SERIES_MIN = 20
/** Sales of an open period; with five, by Poisson, one period in 150 is without any by chance. */
const SALES_MIN = 5

/**
 * 1 for each period, counted back from the last, in which nobody sold anything: the shop was closed, demand was not 0. None where a panel
 * sells so little that silence is chance: left out, it would make the rest look busier than the panel is.
 */
export function closedPeriodsOf({ series, isDemand }: Panel): Uint8Array {
  const length = series.reduce((longest, y) => Math.max(longest, y.length), 0)
  if (!isDemand || series.length < SERIES_MIN) return new Uint8Array(length)
  const closed = new Uint8Array(length).fill(1)
  let sales = 0
  for (const y of series) {
    for (let at = 0; at < y.length; at++) {
      if (!((y[at] ?? 0) > 0)) continue
      closed[y.length - 1 - at] = 0
      sales++
    }
  }
  const open = closed.reduce((count, isClosed) => count + 1 - isClosed, 0)
  return sales < SALES_MIN * open ? closed.fill(0) : closed
}
