/** Error, trend and season of an exponential smoothing model (Hyndman and others 2008): additive, multiplicative or none. */
export type EtsShape = {
  error: 'additive' | 'multiplicative'
  trend: boolean
  damped: boolean
  season: 'none' | 'additive' | 'multiplicative'
}

/** What moves level, slope and season, and what is left of the slope each period; `start` is level, slope, then the season's factors. */
export type EtsParameters = { alpha: number; beta: number; gamma: number; phi: number }
export type EtsStart = { level: number; slope: number; factors: Float64Array }

/** `cost`: minus twice the log-likelihood, but for a constant. The state is that after the last value. */
export type EtsEnd = { cost: number; level: number; slope: number; factors: Float64Array }

const NEAR_ZERO = 1e-10

/**
 * One pass over the values. The states move alike whichever the error is (Hyndman and others 2008, table 2.2 in their error
 * correction form); only the likelihood differs. `factors` is where the season's factors are kept: it is overwritten.
 */
export function passEts(
  y: Float64Array,
  shape: EtsShape,
  { alpha, beta, gamma, phi }: EtsParameters,
  { level: firstLevel, slope: firstSlope, factors }: EtsStart
): EtsEnd {
  const isAdditive = shape.season === 'additive'
  const isMultiplicative = shape.season === 'multiplicative'
  const isRelative = shape.error === 'multiplicative'
  const season = factors.length
  let level = firstLevel
  let slope = firstSlope
  let squares = 0
  let logs = 0
  let product = 1
  let place = 0
  for (let at = 0; at < y.length; at++) {
    const value = y[at] ?? 0
    const damped = phi * slope
    const base = level + damped
    const factor = season > 0 ? (factors[place] ?? 0) : 0
    const expected = isAdditive ? base + factor : isMultiplicative ? base * factor : base
    let error = value - expected
    if (isRelative) {
      const size = Math.abs(expected)
      error /= size < NEAR_ZERO ? expected + NEAR_ZERO : expected
      // One logarithm of a product of many is cheaper than many.
      product *= size
      if (product > 1e100 || product < 1e-100) {
        logs += Math.log(product + 1e-300)
        product = 1
      }
    }
    squares += error * error
    const seasonless = isAdditive ? value - factor : isMultiplicative ? value / factor : value
    const next = base + alpha * (seasonless - base)
    if (shape.trend) slope = damped + (beta / alpha) * (next - level - damped)
    level = next
    if (season > 0) {
      const seen = isAdditive ? value - base : value / base
      factors[place] = factor + gamma * (seen - factor)
      place = place + 1 === season ? 0 : place + 1
    }
  }
  const cost = y.length * Math.log(squares + 1e-300) + (isRelative ? 2 * (logs + Math.log(product)) : 0)
  return { cost, level, slope, factors }
}

/** From the state after `length` values. */
export function goOnEts(
  { level, slope, factors }: Omit<EtsEnd, 'cost'>,
  { shape, phi, length, horizon }: { shape: EtsShape; phi: number; length: number; horizon: number }
): Float64Array {
  let slopes = 0
  let left = 1
  return Float64Array.from({ length: horizon }, (_, ahead) => {
    left *= phi
    slopes += left
    const base = level + slopes * slope
    const factor = factors.length > 0 ? (factors[(length + ahead) % factors.length] ?? 0) : 0
    return shape.season === 'additive'
      ? base + factor
      : shape.season === 'multiplicative'
        ? base * factor
        : base
  })
}
