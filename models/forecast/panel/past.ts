import type { Candidate } from './candidates.ts'
import { levelsOf, poolOf, type Levels, type View } from './levels.ts'
import { asKnown, changeOf, type Panel } from './panel.ts'

/**
 * A forecast from an earlier origin beside what came. A path is level * profile, so that its squared error is
 * actuals - 2 level cross + level^2 profiles: three sums a series judge any level.
 */
export type Past = {
  periodsAgo: number
  levels: Levels
  /** Sums over the horizon, of squares divided by the scale squared. */
  actuals: Float64Array
  cross: Float64Array
  profiles: Float64Array
  /** Of a series in the mean; 0 leaves it out. */
  weights: Float64Array
}

/** Of the horizon's periods, that must have been observed: what was often out of stock would otherwise never be judged. */
export const SEEN_MIN = 0.5

export type PastOptions = {
  candidates: readonly Candidate[]
  view: View
  horizon: number
  periodsAgo: number
}

export function pastOf(panel: Panel, { candidates, view, horizon, periodsAgo }: PastOptions): Past {
  const known = asKnown(panel, periodsAgo)
  const levels = levelsOf(known, candidates, poolOf(known, view))
  const count = panel.series.length
  const past: Past = {
    periodsAgo,
    levels,
    actuals: new Float64Array(count),
    cross: new Float64Array(count),
    profiles: new Float64Array(count),
    weights: new Float64Array(count)
  }
  panel.series.forEach((y, row) => {
    const before = known.series[row] ?? y
    const scale = changeOf(before)
    if (!(scale > 0) || before.length < Math.max(2, horizon / 2)) return
    const profile = levels.profileOf(row)
    let seen = 0
    for (let ahead = 0; ahead < horizon; ahead++) {
      const actual = (y[before.length + ahead] ?? NaN) / scale
      if (!(actual - actual === 0)) continue
      const factor = (profile[ahead % profile.length] ?? 1) / scale
      past.actuals[row] = (past.actuals[row] ?? 0) + actual * actual
      past.cross[row] = (past.cross[row] ?? 0) + actual * factor
      past.profiles[row] = (past.profiles[row] ?? 0) + factor * factor
      seen++
    }
    if (seen < SEEN_MIN * horizon) return
    if (seen < horizon) scaleUp(past, row, horizon / seen)
    past.weights[row] = panel.weights ? (panel.weights[row] ?? 0) : 1
  })
  return past
}

function scaleUp({ actuals, cross, profiles }: Past, row: number, factor: number): void {
  for (const sums of [actuals, cross, profiles]) sums[row] = (sums[row] ?? 0) * factor
}

/** RMSSE of one level of one series. */
export function errorAt(past: Past, row: number, level: number): number {
  const value = Number.isNaN(level) ? 0 : level
  const squares =
    (past.actuals[row] ?? 0) - 2 * value * (past.cross[row] ?? 0) + value * value * (past.profiles[row] ?? 0)
  return Math.sqrt(Math.max(0, squares))
}

/** Mean over the series, by weight; to be divided by the root of the horizon, which is the same for all. */
export function errorOf(past: Past, levels: Float64Array): number {
  let sum = 0
  let weights = 0
  for (let row = 0; row < levels.length; row++) {
    const weight = past.weights[row] ?? 0
    if (weight === 0) continue
    sum += weight * errorAt(past, row, levels[row] ?? NaN)
    weights += weight
  }
  return weights > 0 ? sum / weights : NaN
}
