import { fitEts, type EtsFit } from './ets-fit.ts'
import type { EtsShape } from './ets-state.ts'
import { complete, type PointForecaster } from './point-forecaster.ts'

const SEASON_MAX = 24
const NO_SEASON = { season: 'none' } as const
const TRENDS = [
  { trend: false, damped: false },
  { trend: true, damped: false },
  { trend: true, damped: true }
]

/** Every shape but those whose variance is infinite (Hyndman and others 2008, section 15.3). */
const SHAPES: readonly EtsShape[] = TRENDS.flatMap((trend) => [
  { error: 'additive', ...trend, season: 'none' },
  { error: 'additive', ...trend, season: 'additive' },
  { error: 'multiplicative', ...trend, season: 'none' },
  { error: 'multiplicative', ...trend, season: 'additive' },
  { error: 'multiplicative', ...trend, season: 'multiplicative' }
])

/** Exponential smoothing of the shape with the best AICc. Seasons of more than 24 periods are not looked for. */
export const ets = bestOf(SHAPES)

/** Holt (1957): level and slope. */
export const holt = bestOf([{ error: 'additive', trend: true, damped: false, ...NO_SEASON }])
/** Gardner and McKenzie (1985): the slope dies out. */
export const damped = bestOf([{ error: 'additive', trend: true, damped: true, ...NO_SEASON }])
/** Holt and Winters (1960): level, slope and a season that is added. */
export const holtWinters = bestOf([{ error: 'additive', trend: true, damped: false, season: 'additive' }])
/** The same with a season that multiplies, of positive values only. */
export const holtWintersMultiplicative = bestOf([
  { error: 'multiplicative', trend: true, damped: false, season: 'multiplicative' }
])

function bestOf(shapes: readonly EtsShape[]): PointForecaster {
  const needsPositive = shapes.every(({ season }) => season === 'multiplicative')
  return complete((y, { horizon, season }) => {
    if (y.every((value) => value === y[0]))
      return { ok: true, mean: new Float64Array(horizon).fill(y[0] ?? 0) }
    if (needsPositive && !y.every((value) => value > 0))
      return { ok: false, reason: 'values must be positive' }
    let best: EtsFit | undefined
    for (const shape of shapes) {
      if (shape.season !== 'none' && (season < 2 || season > SEASON_MAX)) continue
      const fit = fitEts(y, shape, season)
      if (fit && (!best || fit.aicc < best.aicc)) best = fit
    }
    return best ? { ok: true, mean: best.forecast(horizon) } : { ok: false, reason: 'too little history' }
  })
}
