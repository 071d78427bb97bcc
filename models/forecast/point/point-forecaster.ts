/**
 * Forecasts of one series of any time step, oldest value first. NaN is a period that nobody could observe (out of stock): it is
 * missing, not 0. Values may be negative unless the caller says `demand` (see clip.ts). Each passes `test/models/point.test.ts`.
 */
export type PointForecaster = (y: Float64Array, options: PointOptions) => PointForecast

export type PointOptions = {
  /** Periods ahead, at least 1. */
  horizon: number
  /** Periods after which the pattern repeats; 1 is none. */
  season: number
}
export type PointForecast = { ok: true; mean: Float64Array } | { ok: false; reason: NoForecast }
export type NoForecast = 'no history' | 'too little history' | 'values must be positive'

/** What one more period is expected to bring, from at least one value and none missing. Allocates nothing if it can. */
export type Level = (y: Float64Array) => number

/** A level goes on for ever. Missing periods are left out, as if they had not been. */
export function flat(level: Level): PointForecaster {
  return (y, { horizon }) => {
    const known = leaveOutMissing(y)
    if (known.length === 0) return { ok: false, reason: 'no history' }
    const value = level(known)
    return Number.isFinite(value)
      ? { ok: true, mean: new Float64Array(horizon).fill(value) }
      : { ok: false, reason: 'too little history' }
  }
}

export function leaveOutMissing(y: Float64Array): Float64Array {
  return y.every(Number.isFinite) ? y : y.filter(Number.isFinite)
}

/** The forecast of what was put in between: from the first value to the last, as `fillMissing` says. */
export function complete(forecaster: PointForecaster): PointForecaster {
  return (y, options) => {
    const filled = fillMissing(y, options.season)
    return filled.length === 0 ? { ok: false, reason: 'no history' } : forecaster(filled, options)
  }
}

/**
 * For models that need every period: the mean of what was a season before and after, otherwise a line between the nearest
 * known values. A gap at the start is cut off; one at the end repeats the season, or the last value.
 */
export function fillMissing(y: Float64Array, season: number): Float64Array {
  if (y.every(Number.isFinite)) return y
  const first = y.findIndex(Number.isFinite)
  if (first < 0) return new Float64Array()
  const cut = y.slice(first)
  const filled = cut.slice()
  for (let at = 0; at < cut.length; at++) {
    if (Number.isFinite(cut[at])) continue
    const before = season > 1 ? (filled[at - season] ?? NaN) : NaN
    const after = season > 1 ? (cut[at + season] ?? NaN) : NaN
    if (Number.isFinite(before)) filled[at] = Number.isFinite(after) ? (before + after) / 2 : before
    else filled[at] = between(cut, { at, last: filled[at - 1] ?? 0 })
  }
  return filled
}

function between(y: Float64Array, { at, last }: { at: number; last: number }): number {
  let next = at
  while (next < y.length && !Number.isFinite(y[next])) next++
  return next >= y.length ? last : last + ((y[next] ?? last) - last) / (next - at + 1)
}
