import type { Level } from './point-forecaster.ts'

/** Simple exponential smoothing (Brown 1959) from the first value on: level += smoothing * (y - level). */
export function ses(smoothing: number): Level {
  return (y) => smooth(y, { smoothing, length: y.length })
}

/** Begins with the mean of the first periods, which matters where the smoothing is slow and the history short. */
export function sesFromMean(smoothing: number, periods: number): Level {
  return (y) => {
    const first = Math.min(periods, y.length)
    let level = 0
    for (let at = 0; at < first; at++) level += (y[at] ?? 0) / first
    for (let at = first; at < y.length; at++) level += smoothing * ((y[at] ?? 0) - level)
    return level
  }
}

export type Bounds = { min: number; max: number }

/** The smoothing between the bounds whose forecasts one period ahead had the smallest squared error. */
export function sesOptimised(bounds: Bounds): Level {
  return (y) => smoothBest(y, { ...bounds, length: y.length })
}

/** The same over the first `length` values of a longer array, so that callers can fill one array again and again. */
export function smoothBest(y: Float64Array, { min, max, length }: Bounds & { length: number }): number {
  if (length < 2) return y[0] ?? NaN
  return smooth(y, {
    smoothing: goldenSection((smoothing) => squaresOf(y, smoothing, length), { min, max }),
    length
  })
}

function smooth(y: Float64Array, { smoothing, length }: { smoothing: number; length: number }): number {
  let level = y[0] ?? NaN
  for (let at = 1; at < length; at++) level += smoothing * ((y[at] ?? 0) - level)
  return level
}

function squaresOf(y: Float64Array, smoothing: number, length: number): number {
  let level = y[0] ?? 0
  let squares = 0
  for (let at = 1; at < length; at++) {
    const error = (y[at] ?? 0) - level
    squares += error * error
    level += smoothing * error
  }
  return squares
}

const GOLDEN = (Math.sqrt(5) - 1) / 2
/** Of a smoothing, whose forecasts differ by less than one can see. */
const TOLERANCE = 5e-3

/** Where a function of one hollow is lowest, to within `tolerance`. */
export function goldenSection(
  of: (x: number) => number,
  { min, max, tolerance = TOLERANCE }: Bounds & { tolerance?: number }
): number {
  let low = min
  let high = max
  let left = high - GOLDEN * (high - low)
  let right = low + GOLDEN * (high - low)
  let atLeft = of(left)
  let atRight = of(right)
  while (high - low > tolerance) {
    if (atLeft < atRight) {
      high = right
      right = left
      atRight = atLeft
      left = high - GOLDEN * (high - low)
      atLeft = of(left)
    } else {
      low = left
      left = right
      atLeft = atRight
      right = low + GOLDEN * (high - low)
      atRight = of(right)
    }
  }
  return (low + high) / 2
}
