import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ces } from '../../models/forecast/point/ces.ts'
import { damped, ets, holt, holtWinters, holtWintersMultiplicative } from '../../models/forecast/point/ets.ts'
import {
  adida,
  croston,
  crostonOptimised,
  imapa,
  sba,
  tsb
} from '../../models/forecast/point/intermittent.ts'
import {
  flat,
  type PointForecast,
  type PointForecaster
} from '../../models/forecast/point/point-forecaster.ts'
import { ses, sesFromMean, sesOptimised } from '../../models/forecast/point/smoothing.ts'
import { theta } from '../../models/forecast/point/theta.ts'
import {
  mean,
  naive,
  seasonalNaive,
  seasonalWindowAverage,
  windowAverage
} from '../../models/forecast/point/windows.ts'

type Laws = {
  forecast: PointForecaster
  /** Adding a constant adds it to the forecast. */
  shifts?: true
  /** A season that repeats without noise is forecast as it is. */
  repeats?: true
  /** A straight line goes on. */
  goesOn?: true
  /** Never negative where the series never was. */
  demand?: true
  positiveOnly?: true
  /** Its search ends within a tolerance, so that laws hold nearly. */
  searched?: true
}
const fromMean = { smoothing: 0.1, start: 'mean' } as const
const fromFirst = { smoothing: 0.1, start: 'first' } as const
const SHARED = { shifts: true, demand: true } as const

const forecasters: Record<string, Laws> = {
  naive: { forecast: naive, ...SHARED },
  mean: { forecast: flat(mean), ...SHARED },
  'window average': { forecast: flat(windowAverage(5)), ...SHARED },
  'seasonal naive': { forecast: seasonalNaive, ...SHARED, repeats: true },
  'seasonal window average': { forecast: seasonalWindowAverage(2), ...SHARED, repeats: true },
  ses: { forecast: flat(ses(0.2)), ...SHARED },
  'ses from a mean': { forecast: flat(sesFromMean(0.05, 14)), ...SHARED },
  'ses optimised': { forecast: flat(sesOptimised({ min: 0.01, max: 0.99 })), ...SHARED, searched: true },
  croston: { forecast: flat(croston(fromMean)), demand: true },
  'croston from the first': { forecast: flat(croston(fromFirst)), demand: true },
  'croston optimised': { forecast: flat(crostonOptimised()), demand: true, searched: true },
  sba: { forecast: flat(sba(fromMean)), demand: true },
  tsb: { forecast: flat(tsb({ size: 0.1, chance: 0.1 })), demand: true },
  adida: { forecast: flat(adida()), demand: true, searched: true },
  imapa: { forecast: flat(imapa()), demand: true, searched: true },
  theta: { forecast: theta({ dynamic: false, theta: 2 }), repeats: true, searched: true },
  'theta optimised': { forecast: theta({ dynamic: false }), repeats: true, searched: true },
  'theta dynamic': { forecast: theta({ dynamic: true, theta: 2 }), repeats: true, searched: true },
  'theta dynamic optimised': { forecast: theta({ dynamic: true }), repeats: true, searched: true },
  holt: { forecast: holt, shifts: true, goesOn: true, searched: true },
  damped: { forecast: damped, shifts: true, searched: true },
  'holt-winters': { forecast: holtWinters, shifts: true, repeats: true, goesOn: true, searched: true },
  'holt-winters multiplicative': {
    forecast: holtWintersMultiplicative,
    repeats: true,
    positiveOnly: true,
    searched: true
  },
  ets: { forecast: ets, repeats: true, searched: true },
  ces: { forecast: ces, repeats: true, searched: true }
}

const SEED = 7
const options = { horizon: 8, season: 4 }
const series = (length: number, of: (at: number) => number) =>
  Float64Array.from({ length }, (_, at) => of(at))
const noise = (at: number) => ((at * 7_919) % 31) / 31 - 0.5
const wave = (at: number) => 40 + 3 * noise(at) + ([8, -3, 2, -7][at % 4] ?? 0) * (1 + 0.1 * noise(at + 5))

function meanOf(forecast: PointForecast): Float64Array {
  if (!forecast.ok) throw new Error(`no forecast: ${forecast.reason}`)
  return forecast.mean
}
function expectClose(actual: Float64Array, wanted: (ahead: number) => number, within: number): void {
  actual.forEach((value, ahead) => expect(Math.abs(value - wanted(ahead))).toBeLessThan(within))
}

describe.each(Object.entries(forecasters))('%s', (_, { forecast, searched, ...laws }) => {
  it('keeps a constant constant', () => {
    const wanted = meanOf(
      forecast(
        series(30, () => 7),
        options
      )
    )
    // Half a smoothing is what SBA takes off on purpose.
    const ratio = (wanted[0] ?? 0) / 7
    expect(ratio).toBeGreaterThan(0.949)
    expectClose(wanted, () => 7 * ratio, 1e-6)
    expect(ratio).toBeLessThan(1 + 1e-6)
  })

  it('scales with the series', () => {
    const y = series(41, wave)
    const before = meanOf(forecast(y, options))
    for (const factor of [0.5, 1024]) {
      const after = meanOf(
        forecast(
          y.map((value) => factor * value),
          options
        )
      )
      expectClose(after, (ahead) => factor * (before[ahead] ?? 0), factor * (searched ? 0.2 : 1e-9))
    }
  })

  if (laws.shifts)
    it('shifts with the series', () => {
      const before = meanOf(forecast(series(41, wave), options))
      const after = meanOf(
        forecast(
          series(41, (at) => 1000 + wave(at)),
          options
        )
      )
      expectClose(after, (ahead) => 1000 + (before[ahead] ?? 0), searched ? 0.2 : 1e-9)
    })

  if (laws.repeats)
    it('repeats a season', () => {
      const season = (at: number) => [30, 10, 22, 18][at % 4] ?? 0
      expectClose(meanOf(forecast(series(40, season), options)), (ahead) => season(40 + ahead), 0.5)
    })

  if (laws.goesOn)
    it('goes on with a line', () => {
      expectClose(
        meanOf(
          forecast(
            series(40, (at) => 10 + 2 * at),
            options
          )
        ),
        (ahead) => 10 + 2 * (40 + ahead),
        0.5
      )
    })

  it('does not take what is missing for 0', () => {
    const y = series(60, wave)
    const holed = y.map((value, at) => (at % 13 === 6 || at === 0 ? NaN : value))
    const whole = meanOf(forecast(y, options))
    const filled = meanOf(forecast(holed, options))
    expect(filled.every(Number.isFinite)).toBe(true)
    expectClose(filled, (ahead) => whole[ahead] ?? 0, 12)
  })

  it('gives a number for each period or a reason, whatever it is handed', () => {
    const value = fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 50 }),
      fc.constant(NaN),
      fc.constant(1e12)
    )
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1, 4, 7),
        (values, horizon, season) => {
          const one = forecast(Float64Array.from(values), { horizon, season })
          if (!one.ok) {
            expect(one.reason).not.toBe('')
            return
          }
          expect(one.mean).toHaveLength(horizon)
          expect(one.mean.every(Number.isFinite)).toBe(true)
          if (laws.demand) expect(one.mean.every((units) => units >= 0)).toBe(true)
        }
      ),
      { seed: SEED, numRuns: 60 }
    )
  })

  it('says why it has nothing to say, and expects nothing where nothing was', () => {
    expect(forecast(new Float64Array(), options)).toEqual({ ok: false, reason: 'no history' })
    expect(forecast(Float64Array.of(NaN, NaN), options)).toEqual({ ok: false, reason: 'no history' })
    if (laws.positiveOnly) return
    expectClose(meanOf(forecast(new Float64Array(30), options)), () => 0, 1e-9)
  })
})

it('starts Croston with the mean interval, which a first sale on the first day would take years to forget', () => {
  const y = series(51, (at) => (at % 10 === 0 ? 5 : 0))
  expect(croston(fromMean)(y)).toBeCloseTo(0.5, 1)
  expect(croston(fromFirst)(y)).toBeGreaterThan(0.6)
})
