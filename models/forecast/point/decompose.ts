/** `factors`: of each place in the season, beginning with that of the first value. */
export type Seasonal = { kind: 'none' | 'additive' | 'multiplicative'; factors: Float64Array }
export type Adjusted = { adjusted: Float64Array; seasonal: Seasonal }

const SEASON_MIN = 4
const NORMAL_95 = 1.6448536269514722
const FACTOR_MIN = 0.01

/**
 * Takes the season out where there is one: where the autocorrelation a season back is significant at 90 % (as in the M
 * competitions), multiplicative if everything is above 0.
 */
export function adjustSeason(y: Float64Array, season: number): Adjusted {
  if (!isSeasonal(y, season)) return { adjusted: y, seasonal: { kind: 'none', factors: new Float64Array() } }
  if (y.every((value) => value > 0)) {
    const factors = decompose(y, { season, kind: 'multiplicative' })
    if (factors.every((factor) => factor >= FACTOR_MIN)) {
      const adjusted = y.map((value, at) => value / (factors[at % season] ?? 1))
      return { adjusted, seasonal: { kind: 'multiplicative', factors } }
    }
  }
  const factors = decompose(y, { season, kind: 'additive' })
  const adjusted = y.map((value, at) => value - (factors[at % season] ?? 0))
  return { adjusted, seasonal: { kind: 'additive', factors } }
}

/** Puts it back into what follows `length` values. */
export function putSeasonBack(mean: Float64Array, { kind, factors }: Seasonal, length: number): Float64Array {
  if (kind === 'none') return mean
  return mean.map((value, ahead) => {
    const factor = factors[(length + ahead) % factors.length] ?? NaN
    return kind === 'additive' ? value + factor : value * factor
  })
}

export function isSeasonal(y: Float64Array, season: number): boolean {
  if (season < SEASON_MIN || y.length < 2 * season) return false
  let mean = 0
  for (const value of y) mean += value / y.length
  let variance = 0
  for (const value of y) variance += (value - mean) ** 2
  if (!(variance > 1e-12 * mean * mean * y.length)) return false
  const correlation = (lag: number) => {
    let sum = 0
    for (let at = lag; at < y.length; at++) sum += ((y[at] ?? 0) - mean) * ((y[at - lag] ?? 0) - mean)
    return sum / variance
  }
  let squares = 0
  for (let lag = 1; lag < season; lag++) squares += correlation(lag) ** 2
  return Math.abs(correlation(season)) / Math.sqrt((1 + 2 * squares) / y.length) > NORMAL_95
}

/** Classical decomposition: each place's mean of what is left when a centred moving average is taken out. */
export function decompose(
  y: Float64Array,
  { season, kind }: { season: number; kind: 'additive' | 'multiplicative' }
): Float64Array {
  const half = Math.floor(season / 2)
  const isEven = season % 2 === 0
  const sums = new Float64Array(season)
  const counts = new Float64Array(season)
  let window = 0
  for (let at = 0; at < 2 * half + 1 && at < y.length; at++) window += y[at] ?? 0
  for (let at = half; at < y.length - half; at++) {
    if (at > half) window += (y[at + half] ?? 0) - (y[at - half - 1] ?? 0)
    const edges = isEven ? ((y[at - half] ?? 0) + (y[at + half] ?? 0)) / 2 : 0
    const trend = (window - edges) / season
    const place = at % season
    sums[place] = (sums[place] ?? 0) + (kind === 'additive' ? (y[at] ?? 0) - trend : (y[at] ?? 0) / trend)
    counts[place] = (counts[place] ?? 0) + 1
  }
  const factors = sums.map((sum, place) => sum / (counts[place] ?? 0))
  const mean = factors.reduce((sum, factor) => sum + factor / season, 0)
  return factors.map((factor) => (kind === 'additive' ? factor - mean : factor / mean))
}
