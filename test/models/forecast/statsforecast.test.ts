import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ces } from '../../../models/forecast/point/ces.ts'
import {
  damped,
  ets,
  holt,
  holtWinters,
  holtWintersMultiplicative
} from '../../../models/forecast/point/ets.ts'
import {
  adida,
  croston,
  crostonOptimised,
  imapa,
  sba,
  tsb
} from '../../../models/forecast/point/intermittent.ts'
import { flat, type PointForecaster } from '../../../models/forecast/point/point-forecaster.ts'
import { ses, sesOptimised } from '../../../models/forecast/point/smoothing.ts'
import { theta } from '../../../models/forecast/point/theta.ts'
import {
  naive,
  seasonalNaive,
  seasonalWindowAverage,
  windowAverage
} from '../../../models/forecast/point/windows.ts'

/** Written by reference.py, which says how. */
const reference = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8')) as {
  horizon: number
  season: number
  series: Record<string, number[]>
  forecasts: Record<string, Record<string, number[] | null>>
}
const { horizon, season, series } = reference
const first = { smoothing: 0.1, start: 'first' } as const

/** Mean distance over the forecasts, in units of a mean step of the series. */
function distance(name: string, model: string, forecaster: PointForecaster): number | undefined {
  const theirs = reference.forecasts[model]?.[name]
  const y = Float64Array.from(series[name] ?? [])
  const ours = forecaster(y, { horizon, season })
  if (!theirs || !ours.ok) return undefined
  const step =
    y.subarray(1).reduce((sum, value, at) => sum + Math.abs(value - (y[at] ?? 0)), 0) / (y.length - 1)
  return (
    theirs.reduce((sum, value, ahead) => sum + Math.abs(value - (ours.mean[ahead] ?? NaN)), 0) /
    horizon /
    step
  )
}

describe('beside statsforecast 2.1.1', () => {
  const fixed: Record<string, PointForecaster> = {
    naive,
    'seasonal naive': seasonalNaive,
    'window average': flat(windowAverage(7)),
    'seasonal window average': seasonalWindowAverage(2),
    ses: flat(ses(0.2)),
    croston: flat(croston(first)),
    sba: flat(sba(first)),
    tsb: flat(tsb({ size: 0.2, chance: 0.1 }))
  }

  it.each(Object.entries(fixed))('%s is the same to a millionth', (model, forecaster) => {
    const distances = Object.keys(series).flatMap((name) => distance(name, model, forecaster) ?? [])
    expect(distances.length).toBeGreaterThanOrEqual(5)
    for (const one of distances) expect(one).toBeLessThan(1e-6)
  })

  const searched: Record<string, [PointForecaster, within: number]> = {
    'ses optimised': [flat(sesOptimised({ min: 0.01, max: 0.99 })), 0.01],
    'croston optimised': [flat(crostonOptimised()), 0.01],
    adida: [flat(adida()), 0.01],
    imapa: [flat(imapa()), 0.01],
    theta: [theta({ dynamic: false, theta: 2 }), 0.02],
    'theta dynamic optimised': [theta({ dynamic: true }), 0.1],
    holt: [holt, 0.3],
    damped: [damped, 0.3],
    'holt-winters': [holtWinters, 0.3],
    'holt-winters multiplicative': [holtWintersMultiplicative, 0.3],
    ces: [ces, 0.1],
    ets: [ets, 0.3]
  }

  it.each(Object.entries(searched))(
    '%s, which is searched for, is about the same',
    (model, [forecaster, within]) => {
      const distances = Object.keys(series).flatMap((name) => distance(name, model, forecaster) ?? [])
      const median = distances.toSorted((a, b) => a - b)[distances.length >> 1]
      expect(median).toBeLessThan(within)
    }
  )
})
