import { flat, type Level, type PointForecaster } from './point-forecaster.ts'

export const naive: PointForecaster = flat((y) => y[y.length - 1] ?? NaN)

export const mean: Level = (y) => sumOf(y, 0) / y.length

/** Mean of the last `periods`, or of fewer where the history is short and `strict` does not forbid it. */
export function windowAverage(periods: number, { strict = false } = {}): Level {
  return (y) => {
    if (strict && y.length < periods) return NaN
    const length = Math.min(periods, y.length)
    return sumOf(y, y.length - length) / length
  }
}

function sumOf(y: Float64Array, from: number): number {
  let sum = 0
  for (let at = from; at < y.length; at++) sum += y[at] ?? 0
  return sum
}

/** The last value that is known of each place in the season. */
export const seasonalNaive: PointForecaster = seasonalWindowAverage(1)

/**
 * Each place in the season as its mean over the last `seasons`; missing values are left out, and a place of which nothing
 * is known there is what it last was.
 */
export function seasonalWindowAverage(seasons: number): PointForecaster {
  return (y, { horizon, season }) => {
    if (!y.some(Number.isFinite)) return { ok: false, reason: 'no history' }
    if (y.length < seasons * season) return { ok: false, reason: 'too little history' }
    const places = Float64Array.from({ length: season }, (_, place) =>
      placeMean(y, { season, seasons, place })
    )
    if (!places.every(Number.isFinite)) return { ok: false, reason: 'too little history' }
    return {
      ok: true,
      mean: Float64Array.from({ length: horizon }, (_, ahead) => places[ahead % season] ?? NaN)
    }
  }
}

function placeMean(
  y: Float64Array,
  { season, seasons, place }: { season: number; seasons: number; place: number }
): number {
  let sum = 0
  let count = 0
  let back = 0
  for (let at = y.length - season + place; at >= 0; at -= season) {
    if (back++ >= seasons && count > 0) break
    const value = y[at] ?? NaN
    if (!Number.isFinite(value)) continue
    sum += value
    count++
  }
  return count === 0 ? NaN : sum / count
}
