import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDormant } from '../../../models/forecast/dormant.ts'
import type { ProductSeries } from '../../../models/forecast/forecaster.ts'
import { bootstrapSums } from '../../../models/forecast/panel/bootstrap.ts'
import { forecastPanel } from '../../../models/forecast/panel/forecast-panel.ts'
import type { Panel } from '../../../models/forecast/panel/panel.ts'
import { spreadOfSums } from '../../../models/forecast/panel/spread.ts'
import { fitSums } from '../../../models/forecast/panel/sums.ts'
import { forecastPlanned } from '../../../models/forecast/planned.ts'
import { generateShop } from '../../../bench/forecast/generate.ts'

const SEED = 11
const LAST_DAY = 15_317
const anyDay = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 }), fc.constant(NaN))
const anyProduct = fc.record({ units: fc.array(anyDay, { maxLength: 90 }) })
const anyShop: fc.Arbitrary<ProductSeries[]> = fc.array(anyProduct, { maxLength: 25 })

describe('days on which nobody could buy', () => {
  it('never come out as NaN', () => {
    fc.assert(
      fc.property(anyShop, (shop) => {
        for (const one of forecastPlanned(shop, { lastDay: LAST_DAY, horizonDays: 7 })) {
          if (!one.ok) continue
          for (const values of [one.mean, one.lower, one.upper])
            expect(values.every((value) => value >= 0 && value < Infinity)).toBe(true)
        }
      }),
      { seed: SEED, numRuns: 60 }
    )
  })

  it('do not lower what is expected', () => {
    const units = Array.from({ length: 120 }, (_, at) => (at % 10 < 3 ? NaN : 4))
    const [one] = forecastPlanned([{ units }], { lastDay: LAST_DAY, horizonDays: 7 })
    if (!one?.ok) throw new Error('no forecast')
    for (const value of one.mean) expect(value).toBeCloseTo(4, 8)
  })
})

describe('a panel with holes', () => {
  const { known } = generateShop({ count: 120, periods: 280, horizon: 28, seed: 5 })
  const fuller = known
    .slice(0, 60)
    .map((y, row) => y.map((value, at) => value + ((at + row) % 3 === 0 ? 2 : 0)))
  const complete: Panel = { series: fuller, season: 7, isDemand: true }
  /** A tenth of all days in spells of a week, the whole sales of which were never made. */
  const isHidden = (row: number, at: number) => (row * 31 + Math.floor(at / 7) * 17) % 10 === 0
  const hiddenAs = (value: number): Panel => ({
    ...complete,
    series: fuller.map((y, row) => y.map((units, at) => (isHidden(row, at) ? value : units)))
  })
  const sumOf = (panel: Panel) => {
    let sum = 0
    for (const path of forecastPanel(panel, 14).paths) for (const value of path ?? []) sum += value
    return sum
  }

  it('is forecast about as the one without them, where zeros would be believed', () => {
    const whole = sumOf(complete)
    expect(Math.abs(sumOf(hiddenAs(NaN)) / whole - 1)).toBeLessThan(0.03)
    expect(sumOf(hiddenAs(0)) / whole).toBeLessThan(0.95)
  })

  it('finds the week though one weekday was seldom in stock', () => {
    const week = [3, 1, 1, 1, 1, 1, 1]
    const series = Array.from({ length: 20 }, (_, row) =>
      Float64Array.from({ length: 84 }, (_, at) =>
        at % 7 === 3 && (row + at) % 4 !== 0 ? NaN : (week[at % 7] ?? 0)
      )
    )
    const path = forecastPanel({ series, season: 7, isDemand: true }, 7).paths[0]
    path?.forEach((value, ahead) => expect(value / (week[ahead] ?? 0)).toBeCloseTo(1, 1))
  })

  it('has quantiles that never fall, and no NaN', () => {
    const panel = hiddenAs(NaN)
    const { plan, paths } = forecastPanel(panel, 14)
    const sums = fitSums(panel, plan, { periods: 7, paths })
    panel.series.forEach((_, row) => {
      const quantiles = [0.5, 0.8, 0.95].map((probability) => sums.quantile(row, probability) ?? NaN)
      expect(quantiles.every((value) => value >= 0)).toBe(true)
      expect(quantiles.toSorted((a, b) => a - b)).toEqual(quantiles)
    })
  })
})

it('draws, spreads and dormancy are of the days that are known', () => {
  const y = Float64Array.from({ length: 200 }, (_, at) => (at % 3 === 0 ? 1 : 0))
  const holed = Float64Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? (y[at / 2] ?? 0) : NaN))
  const options = { periods: 5, draws: 50, seed: 1 }
  expect(bootstrapSums(holed, options)).toEqual(bootstrapSums(y, options))
  expect(spreadOfSums(holed, { periods: 5, mean: 1, panel: { season: 7, isDemand: true } })).toBeGreaterThan(
    0
  )
  expect(isDormant(Float64Array.of(...y, ...new Float64Array(200)))).toBe(true)
  expect(isDormant(Float64Array.of(...y, ...new Float64Array(200).fill(NaN)))).toBe(false)
})
