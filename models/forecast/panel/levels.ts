import type { Candidate } from './candidates.ts'
import type { Panel } from './panel.ts'
import { closedPeriodsOf, fitSeasonProfiles, type SeasonProfile } from './season-profile.ts'

/**
 * How a series is looked at: with the panel's season divided out, or that of its category, and with the zeros before its first
 * sale cut off.
 */
export type View = { profile: boolean; byCategory?: boolean; trim: boolean }

/** Of each series (row) and candidate (column) the level; NaN where the history cannot say. */
export type Levels = { values: Float64Array; columns: number; profileOf: ProfileOf }
type ProfileOf = (row: number) => SeasonProfile

/** Less than this share of a mean period is as good as closed: what little is sold then says nothing about a mean period. */
const FACTOR_MIN = 0.05

export function levelsOf(panel: Panel, candidates: readonly Candidate[], pool: Pool): Levels {
  const { series } = panel
  const columns = candidates.length
  const values = new Float64Array(series.length * columns).fill(NaN)
  const buffer = new Float64Array(series.reduce((longest, y) => Math.max(longest, y.length), 0))
  series.forEach((y, row) => {
    const length = look(y, { profile: pool.profileOf(row), ...pool }, buffer)
    if (length === 0) return
    const seen = buffer.subarray(0, length)
    candidates.forEach(({ level }, column) => (values[row * columns + column] = level(seen)))
  })
  return { values, columns, profileOf: pool.profileOf }
}

/** What is shared by all series of a panel; a part of the panel can be forecast with the whole's. */
export type Pool = { profileOf: ProfileOf; closed: Uint8Array; trim: boolean }

export function poolOf(panel: Panel, { profile, byCategory = false, trim }: View): Pool {
  const flat = new Float64Array(panel.season).fill(1)
  const profileOf = profile ? fitSeasonProfiles(panel, byCategory) : () => flat
  return { profileOf, closed: closedPeriodsOf(panel), trim }
}

/** Copies the values that say something, as of a mean period. Returns how many. */
function look(
  y: Float64Array,
  { profile, closed, trim }: Pick<Pool, 'closed' | 'trim'> & { profile: SeasonProfile },
  into: Float64Array
): number {
  const season = profile.length
  let at = 0
  if (trim) while (at < y.length && !((y[at] ?? 0) > 0)) at++
  let length = 0
  for (; at < y.length; at++) {
    const back = y.length - at
    const factor = profile[(season - (back % season)) % season] ?? 0
    const value = y[at] ?? NaN
    if (factor < FACTOR_MIN || closed[back - 1] === 1 || !(value - value === 0)) continue
    into[length++] = value / factor
  }
  return length
}

/** A level goes on, with the season put back. */
export function pathOf(level: number, profile: SeasonProfile, horizon: number): Float64Array {
  const path = new Float64Array(horizon)
  for (let ahead = 0; ahead < horizon; ahead++) path[ahead] = level * (profile[ahead % profile.length] ?? 1)
  return path
}
