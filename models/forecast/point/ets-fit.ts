import { decompose } from './decompose.ts'
import { goOnEts, passEts, type EtsParameters, type EtsShape, type EtsStart } from './ets-state.ts'
import { nelderMead, type Box } from './nelder-mead.ts'

/** `aicc`: Akaike's criterion corrected for short series; smaller is better. */
export type EtsFit = { aicc: number; forecast: (horizon: number) => Float64Array }

const SMALL = 1e-4
/** Of the level's smoothing: a slope that moves faster runs after noise (M3: sMAPE 14.28 without the bound, 14.21 with it). */
const SLOPE_MAX = 0.2
const PHI_MIN = 0.8
const PHI_MAX = 0.98
const FIRST_SEASONS = 2
const FIRST_MIN = 10

/**
 * Maximum likelihood over the smoothing parameters, the first level and the first slope. The first factors of the season are
 * those of a classical decomposition: a search of twelve more dimensions costs ten times as much and finds no better
 * forecasts. Undefined where the values cannot carry the shape (short, or not positive).
 */
export function fitEts(y: Float64Array, shape: EtsShape, season: number): EtsFit | undefined {
  const length = shape.season === 'none' ? 0 : season
  const parameterCount = 3 + (shape.trend ? 2 : 0) + (shape.damped ? 1 : 0) + (length > 0 ? length + 1 : 0)
  if (y.length < parameterCount + 1 || (length > 0 && y.length < 2 * season)) return undefined
  const isPositive = y.every((value) => value > 0)
  if (!isPositive && (shape.error === 'multiplicative' || shape.season === 'multiplicative')) return undefined
  const first = startOf(y, shape, length)
  const box = boxOf(shape, first)
  const factors = first.factors.slice()
  const pass = (x: Float64Array) => {
    factors.set(first.factors)
    const { parameters, level, slope } = unpack(x, shape, first)
    return { ...passEts(y, shape, parameters, { level, slope, factors }), phi: parameters.phi }
  }
  const best = nelderMead((x) => pass(x).cost, box)
  if (!Number.isFinite(best.value)) return undefined
  const { phi, ...end } = pass(best.at)
  const spare = y.length - parameterCount - 1
  const correction = spare > 0 ? (2 * parameterCount * (parameterCount + 1)) / spare : Infinity
  return {
    aicc: best.value + 2 * parameterCount + correction,
    forecast: (horizon) => goOnEts(end, { shape, phi, length: y.length, horizon })
  }
}

type First = EtsStart & { scale: number }

/** The season of a decomposition, and a line through the first values without it. */
function startOf(y: Float64Array, { season: kind, trend }: EtsShape, season: number): First {
  let factors = new Float64Array()
  if (kind !== 'none') {
    factors = Float64Array.from(decompose(y, { season, kind }))
    if (kind === 'multiplicative') factors = factors.map((factor) => Math.max(0.01, factor))
  }
  const count = Math.min(y.length, Math.max(FIRST_MIN, FIRST_SEASONS * season))
  let [mean, weighted] = [0, 0]
  for (let at = 0; at < count; at++) {
    const factor = factors[at % season] ?? 0
    const value = y[at] ?? 0
    const adjusted = kind === 'additive' ? value - factor : kind === 'multiplicative' ? value / factor : value
    mean += adjusted / count
    weighted += ((at + 1) * adjusted) / count
  }
  const slope = trend ? (6 * (2 * weighted - (count + 1) * mean)) / (count * count - 1) : 0
  const level = mean - (slope * (count + 1)) / 2
  return { level, slope, factors, scale: scaleOf(y) }
}

/** A mean step, so that a search of a level is the same in any unit. */
function scaleOf(y: Float64Array): number {
  let sum = 0
  for (let at = 1; at < y.length; at++) sum += Math.abs((y[at] ?? 0) - (y[at - 1] ?? 0))
  return sum > 0 ? sum / (y.length - 1) : 1
}

/**
 * In order: alpha, beta / alpha, gamma / (1 - alpha), phi, and how many mean steps the first level and slope are from where
 * they were guessed, plus 1, since a simplex begins by moving each by a share of itself.
 */
function boxOf(shape: EtsShape, _: First): Box {
  const rows: [number, number, number][] = [[shape.season === 'none' ? 0.2 : 0.1, SMALL, 1 - SMALL]]
  if (shape.trend) rows.push([0.1, SMALL, SLOPE_MAX])
  if (shape.season !== 'none') rows.push([0.05, SMALL, 1 - SMALL])
  if (shape.damped) rows.push([0.978, PHI_MIN, PHI_MAX])
  rows.push([1, -Infinity, Infinity])
  if (shape.trend) rows.push([1, -Infinity, Infinity])
  const column = (at: 0 | 1 | 2) => Float64Array.from(rows, (row) => row[at])
  return { start: column(0), lower: column(1), upper: column(2) }
}

function unpack(
  x: Float64Array,
  shape: EtsShape,
  { level, slope, scale }: First
): { parameters: EtsParameters; level: number; slope: number } {
  let at = 0
  const next = () => x[at++] ?? 0
  const alpha = next()
  const beta = shape.trend ? alpha * next() : 0
  const gamma = shape.season === 'none' ? 0 : (1 - alpha) * next()
  const phi = shape.damped ? next() : shape.trend ? 1 : 0
  return {
    parameters: { alpha, beta, gamma, phi },
    level: level + STEPS * scale * (next() - 1),
    slope: shape.trend ? slope + scale * (next() - 1) : 0
  }
}

/** The first level is less certain than the first slope. */
const STEPS = 4
