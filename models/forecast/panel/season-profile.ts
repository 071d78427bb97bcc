import { meanSale } from './mean-sale.ts'
import type { Panel } from './panel.ts'

/** How each place in the season compares to the mean one: they sum to the season. Place 0 is the first period after the last. */
export type SeasonProfile = Float64Array

const SEASONS_MAX = 26
/**
 * One product has too few sales for a pattern of its own, so it is the panel's. A series counts by its periods of sale, each
 * capped at twice its mean sale, since a single wholesale order would otherwise make a weekday. Whether the pattern helps, a
 * backtest says.
 */
export function fitSeasonProfile({ series, season }: Panel): SeasonProfile {
  const sums = new Float64Array(season)
  let total = 0
  for (const y of series) {
    const mean = meanSale(y)
    if (mean === 0) continue
    const periods = season * Math.min(SEASONS_MAX, Math.floor(y.length / season))
    for (let back = 1; back <= periods; back++) {
      const value = y[y.length - back] ?? 0
      if (!(value > 0)) continue
      const share = Math.min(2, value / mean)
      const place = (season - (back % season)) % season
      sums[place] = (sums[place] ?? 0) + share
      total += share
    }
  }
  return total > 0 ? sums.map((sum) => (season * sum) / total) : sums.fill(1)
}

const SERIES_MIN = 20

/** 1 for each period, counted back from the last, in which nobody sold anything: the shop was closed, demand was not 0. */
export function closedPeriodsOf({ series, isDemand }: Panel): Uint8Array {
  const length = series.reduce((longest, y) => Math.max(longest, y.length), 0)
  if (!isDemand || series.length < SERIES_MIN) return new Uint8Array(length)
  const closed = new Uint8Array(length).fill(1)
  for (const y of series) {
    for (let at = 0; at < y.length; at++) if ((y[at] ?? 0) > 0) closed[y.length - 1 - at] = 0
  }
  return closed
}
