import { adjustSeason, putSeasonBack } from './decompose.ts'
import { complete, type PointForecaster } from './point-forecaster.ts'
import { goldenSection } from './smoothing.ts'

export type ThetaOptions = {
  /** Whether the line is fitted to what was known in each period, or once to everything. */
  dynamic: boolean
  /** How far the curvature of the second line is blown up: 2 in the M3 competition; undefined is the best fit from 1 up. */
  theta?: number
}

const LENGTH_MIN = 4
const SMOOTHING_MIN = 0.1
const SMOOTHING_MAX = 0.99
/** Errors of the first periods say more about the start than about the model. */
const SKIPPED = 3
const GRID = 12

/**
 * Theta as a state space model (Fiorucci and others 2016): with w = 1 - 1/theta,
 *   forecast_i = level + w (A (1-a)^i + B (1 - (1-a)^(i+1)) / a),   level += a (y - level).
 * For a given smoothing `a` the errors are linear in the first level and in w, so that both are two normal equations, and
 * only `a` is searched for: exact, and a hundred times faster than a search of all three.
 */
export function theta({ dynamic, theta }: ThetaOptions): PointForecaster {
  return complete((y, { horizon, season }) => {
    if (y.length < LENGTH_MIN) return { ok: false, reason: 'too little history' }
    const { adjusted, seasonal } = adjustSeason(y, season)
    const share = theta === undefined ? undefined : 1 - 1 / theta
    const line = dynamic ? runningLine(adjusted) : wholeLine(adjusted)
    const fit = fitTheta({ y: adjusted, line, share })
    const mean = goOn({ y: adjusted, line, dynamic, fit }, horizon)
    return { ok: true, mean: putSeasonBack(mean, seasonal, y.length) }
  })
}

/** Intercept and slope as known after each period. */
type Line = { intercepts: Float64Array; slopes: Float64Array }
type Fit = { smoothing: number; first: number; share: number; squares: number }
type Known = { y: Float64Array; line: Line; share: number | undefined }

function runningLine(y: Float64Array): Line {
  const intercepts = new Float64Array(y.length)
  const slopes = new Float64Array(y.length)
  let mean = y[0] ?? 0
  let slope = 0
  intercepts[0] = mean
  for (let at = 1; at < y.length; at++) {
    slope = nextSlope(slope, { at, error: (y[at] ?? 0) - mean })
    mean += ((y[at] ?? 0) - mean) / (at + 1)
    slopes[at] = slope
    intercepts[at] = mean - (slope * (at + 2)) / 2
  }
  return { intercepts, slopes }
}

/** Least squares of a line through one more value, from how far that value is from the mean of those before. */
const nextSlope = (slope: number, { at, error }: { at: number; error: number }) =>
  ((at - 1) * slope + (6 * error) / (at + 1)) / (at + 2)

function wholeLine(y: Float64Array): Line {
  const n = y.length
  let mean = 0
  let weighted = 0
  for (let at = 0; at < n; at++) {
    mean += (y[at] ?? 0) / n
    weighted += ((at + 1) * (y[at] ?? 0)) / n
  }
  const slope = (6 * (2 * weighted - (n + 1) * mean)) / (n * n - 1)
  const intercept = mean - ((n + 1) * slope) / 2
  return { intercepts: new Float64Array(n).fill(intercept), slopes: new Float64Array(n).fill(slope) }
}

function fitTheta(known: Known): Fit {
  const width = (SMOOTHING_MAX - SMOOTHING_MIN) / GRID
  let best = fitAt(known, SMOOTHING_MIN)
  for (let step = 1; step <= GRID; step++) {
    const fit = fitAt(known, SMOOTHING_MIN + step * width)
    if (fit.squares < best.squares) best = fit
  }
  const smoothing = goldenSection((a) => fitAt(known, a).squares, {
    min: Math.max(SMOOTHING_MIN, best.smoothing - width),
    max: Math.min(SMOOTHING_MAX, best.smoothing + width)
  })
  const fine = fitAt(known, smoothing)
  return fine.squares < best.squares ? fine : best
}

/** Least squares of y - base on decay (times the first level) and trend (times the share). */
function fitAt({ y, line, share }: Known, smoothing: number): Fit {
  const keep = 1 - smoothing
  let base = smoothing * (y[0] ?? 0)
  let decay = keep
  let [dd, dt, tt, dr, tr, rr] = [0, 0, 0, 0, 0, 0]
  for (let at = 1; at < y.length; at++) {
    const value = y[at] ?? 0
    if (at >= SKIPPED) {
      const trend =
        (line.intercepts[at - 1] ?? 0) * decay + ((line.slopes[at - 1] ?? 0) * (1 - decay * keep)) / smoothing
      const rest = value - base
      dd += decay * decay
      dt += decay * trend
      tt += trend * trend
      dr += decay * rest
      tr += trend * rest
      rr += rest * rest
    }
    base += smoothing * (value - base)
    decay *= keep
  }
  // A first level that the errors hardly depend on stays near where it would be with theta = 2.
  const pull = 1e-6
  const usual = (y[0] ?? 0) / 2
  const sums = { dd: dd + pull, dt, tt, dr: dr + pull * usual, tr }
  const weight = Math.min(1, Math.max(0, share ?? bestShare(sums)))
  const first = (sums.dr - weight * dt) / sums.dd
  const squares =
    rr -
    2 * first * dr -
    2 * weight * tr +
    first * first * dd +
    2 * first * weight * dt +
    weight * weight * tt
  return { smoothing, first, share: weight, squares }
}

function bestShare({ dd, dt, tt, dr, tr }: Record<'dd' | 'dt' | 'tt' | 'dr' | 'tr', number>): number {
  const determinant = dd * tt - dt * dt
  return determinant > 1e-12 * dd * tt ? (dd * tr - dt * dr) / determinant : 0.5
}

function goOn(
  { y, line, dynamic, fit }: { y: Float64Array; line: Line; dynamic: boolean; fit: Fit },
  horizon: number
): Float64Array {
  const { smoothing, first, share } = fit
  const n = y.length
  let level = first
  let mean = 0
  for (const value of y) {
    level += smoothing * (value - level)
    mean += value / n
  }
  let intercept = line.intercepts[n - 1] ?? 0
  let slope = line.slopes[n - 1] ?? 0
  let decay = (1 - smoothing) ** n
  return Float64Array.from({ length: horizon }, (_, ahead) => {
    const value = level + share * (intercept * decay + (slope * (1 - decay * (1 - smoothing))) / smoothing)
    const at = n + ahead
    level += smoothing * (value - level)
    decay *= 1 - smoothing
    if (dynamic) {
      slope = nextSlope(slope, { at, error: value - mean })
      mean += (value - mean) / (at + 1)
      intercept = mean - (slope * (at + 2)) / 2
    }
    return value
  })
}
