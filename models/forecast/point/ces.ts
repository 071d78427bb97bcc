import { decompose } from './decompose.ts'
import { nelderMead } from './nelder-mead.ts'
import { complete, type PointForecaster } from './point-forecaster.ts'

type Kind = 'none' | 'simple' | 'partial' | 'full'
const KINDS: readonly Kind[] = ['none', 'simple', 'partial', 'full']
const FIRST_MIN = 10
const LENGTH_MIN = 5
const SEASON_MAX = 24
/** Second part of a state, which is not seen, as a share of the first. */
const UNSEEN = 1 / 1.1

/**
 * Complex exponential smoothing (Svetunkov, Kourentzes, Ord 2022) of the kind with the best AICc: no season, only the season
 * (simple), a season that is added (partial), or one that has an unseen part of its own (full).
 */
export const ces: PointForecaster = complete((y, { horizon, season }) => {
  if (y.length < LENGTH_MIN) return { ok: false, reason: 'too little history' }
  if (y.every((value) => value === y[0])) return { ok: true, mean: new Float64Array(horizon).fill(y[0] ?? 0) }
  const hasSeason = season > 1 && season <= SEASON_MAX && y.length >= 2 * season
  let best: { criterion: number; mean: Float64Array } | undefined
  for (const kind of hasSeason ? KINDS : KINDS.slice(0, 1)) {
    const fit = fitCes(y, { kind, season: kind === 'none' ? 1 : season, horizon })
    if (fit && (!best || fit.criterion < best.criterion)) best = fit
  }
  return best ? { ok: true, mean: best.mean } : { ok: false, reason: 'too little history' }
})

type Shape = { kind: Kind; season: number; horizon: number }

function fitCes(y: Float64Array, { kind, season, horizon }: Shape) {
  const first = startOf(y, kind, season)
  const state = copyOf(first)
  const costOf = (x: Float64Array) => {
    restore(state, first)
    return runBackAndForth(y, { state, kind, x })
  }
  const count = kind === 'full' ? 4 : kind === 'partial' ? 3 : 2
  const { at: x, value } = nelderMead(costOf, {
    start: Float64Array.of(1.3, 1, kind === 'full' ? 1.3 : 0.1, 1).subarray(0, count),
    lower: new Float64Array(count).fill(0.01),
    upper: Float64Array.of(1.8, 1.9, 1.5, 1.5).subarray(0, count)
  })
  if (!Number.isFinite(value)) return undefined
  costOf(x)
  const parameters = 3 + (kind === 'partial' ? 1 : kind === 'full' ? 2 : 0)
  const spare = y.length - parameters - 1
  const criterion =
    value + 2 * parameters + (spare > 0 ? (2 * parameters * (parameters + 1)) / spare : Infinity)
  const mean = new Float64Array(horizon)
  for (let ahead = 0; ahead < horizon; ahead++) {
    mean[ahead] = goOn(state, { kind, x, place: (y.length + ahead) % season })
  }
  return mean.every(Number.isFinite) ? { criterion, mean } : undefined
}

/** Seen and unseen part of the level (of each place in the season if it is simple) and of the season. */
type State = Record<'level' | 'hidden' | 'factors' | 'hiddenFactors', Float64Array>

function startOf(y: Float64Array, kind: Kind, season: number): State {
  const levels = kind === 'simple' ? season : 1
  const firstCount = kind === 'none' ? Math.min(y.length, FIRST_MIN) : season
  const mean = y.subarray(0, firstCount).reduce((sum, value) => sum + value, 0) / firstCount
  const level = kind === 'simple' ? y.slice(0, season) : new Float64Array(levels).fill(mean)
  const hasFactors = kind === 'partial' || kind === 'full'
  const factors = hasFactors ? decompose(y, { season, kind: 'additive' }) : new Float64Array()
  return {
    level,
    hidden: level.map((value) => value * UNSEEN),
    factors,
    hiddenFactors: factors.map((value) => value * UNSEEN)
  }
}

const copyOf = ({ level, hidden, factors, hiddenFactors }: State): State => ({
  level: level.slice(),
  hidden: hidden.slice(),
  factors: factors.slice(),
  hiddenFactors: hiddenFactors.slice()
})

function restore(state: State, from: State): void {
  state.level.set(from.level)
  state.hidden.set(from.hidden)
  state.factors.set(from.factors)
  state.hiddenFactors.set(from.hiddenFactors)
}

type Fitted = { state: State; kind: Kind; x: Float64Array }

/** Forwards, backwards and forwards again, so that what the first states were guessed as is forgotten. */
function runBackAndForth(y: Float64Array, fitted: Fitted): number {
  run(y, fitted, 1)
  turn(fitted)
  run(y, fitted, -1)
  turn(fitted)
  return y.length * Math.log(run(y, fitted, 1) + 1e-300)
}

/** One pass; the formulas are those of `moveLevel` and `moveSeason`, written out since a fit is some ten thousand of them. */
function run(y: Float64Array, { state, kind, x }: Fitted, direction: 1 | -1): number {
  const { level, hidden, factors, hiddenFactors } = state
  const [a0 = 0, a1 = 0, b0 = 0, b1 = 0] = x
  const season = Math.max(level.length, factors.length)
  const isSimple = kind === 'simple'
  const isPartial = kind === 'partial'
  const hasFactor = factors.length > 0
  let squares = 0
  let place = direction === 1 ? 0 : (y.length - 1) % season
  const end = direction === 1 ? y.length : -1
  for (let at = direction === 1 ? 0 : y.length - 1; at !== end; at += direction) {
    const levelAt = isSimple ? place : 0
    const seen = level[levelAt] ?? 0
    const unseen = hidden[levelAt] ?? 0
    const factor = hasFactor ? (factors[place] ?? 0) : 0
    const error = (y[at] ?? 0) - seen - factor
    squares += error * error
    level[levelAt] = seen - (1 - a1) * unseen + (a0 - a1) * error
    hidden[levelAt] = seen + (1 - a0) * unseen + (a0 + a1) * error
    if (isPartial) factors[place] = factor + b0 * error
    else if (hasFactor) {
      const unseenFactor = hiddenFactors[place] ?? 0
      factors[place] = factor - (1 - b1) * unseenFactor + (b0 - b1) * error
      hiddenFactors[place] = factor + (1 - b0) * unseenFactor + (b0 + b1) * error
    }
    place += direction
    if (place === season) place = 0
    else if (place < 0) place = season - 1
  }
  return squares
}

/** Beyond either end the states go on as forecast: the level for one period, the season for one season. */
function turn({ state, kind, x }: Fitted): void {
  if (kind !== 'simple') moveLevel(state, { x, place: 0, error: 0 })
  else for (let place = 0; place < state.level.length; place++) moveLevel(state, { x, place, error: 0 })
  for (let place = 0; place < state.factors.length; place++) moveSeason(state, { kind, x, place, error: 0 })
}

/** Returns what is expected, and takes it as if it had come. */
function goOn(state: State, { kind, x, place }: { kind: Kind; x: Float64Array; place: number }): number {
  const levelAt = kind === 'simple' ? place : 0
  const expected = (state.level[levelAt] ?? 0) + (state.factors[place] ?? 0)
  moveLevel(state, { x, place: levelAt, error: 0 })
  if (state.factors.length > 0) moveSeason(state, { kind, x, place, error: 0 })
  return expected
}

function moveLevel(
  { level, hidden }: State,
  { x, place, error }: { x: Float64Array; place: number; error: number }
) {
  const [real, imaginary] = [x[0] ?? 0, x[1] ?? 0]
  const [seen, unseen] = [level[place] ?? 0, hidden[place] ?? 0]
  level[place] = seen - (1 - imaginary) * unseen + (real - imaginary) * error
  hidden[place] = seen + (1 - real) * unseen + (real + imaginary) * error
}

function moveSeason(
  { factors, hiddenFactors }: State,
  { kind, x, place, error }: { kind: Kind; x: Float64Array; place: number; error: number }
) {
  const [real, imaginary] = [x[2] ?? 0, x[3] ?? 0]
  const [seen, unseen] = [factors[place] ?? 0, hiddenFactors[place] ?? 0]
  if (kind === 'partial') {
    factors[place] = seen + real * error
    return
  }
  factors[place] = seen - (1 - imaginary) * unseen + (real - imaginary) * error
  hiddenFactors[place] = seen + (1 - real) * unseen + (real + imaginary) * error
}
