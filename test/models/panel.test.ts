import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forecastByPlan, forecastPanel } from '../../models/forecast/panel/forecast-panel.ts'
import { asKnown, type Panel } from '../../models/forecast/panel/panel.ts'
import { planPanel } from '../../models/forecast/panel/plan.ts'
import { bootstrapSums } from '../../models/forecast/panel/bootstrap.ts'
import { closedPeriodsOf } from '../../models/forecast/panel/season-profile.ts'
import { fitSumGrid } from '../../models/forecast/panel/sum-grid.ts'
import { fitSums } from '../../models/forecast/panel/sums.ts'

const SEED = 7

/** By a linear congruence, so that the same shop comes every time. */
function chance(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
}

type ShopOptions = { count?: number; length?: number; seed?: number; week?: readonly number[] }

/** Products that sell now and then, by a week that they share. */
function shop({ count = 60, length = 210, seed = 3, week = [1, 1, 1, 1, 1, 1, 1] }: ShopOptions = {}): Panel {
  const next = chance(seed)
  const series = Array.from({ length: count }, () => {
    const rate = 0.1 + 0.4 * next()
    return Float64Array.from({ length }, (_, at) => {
      const back = length - at
      return next() < rate * (week[(7 - (back % 7)) % 7] ?? 0) ? 1 + Math.floor(4 * next()) : 0
    })
  })
  return { series, season: 7, isDemand: true }
}

describe('the default forecast of a panel', () => {
  it('finds the week that products share, and expects nothing on a day on which nobody sells', () => {
    const { paths } = forecastPanel(shop({ week: [2, 1, 1, 1, 1, 1, 0] }), 7)
    const week = [0, 1, 2, 3, 4, 5, 6].map((day) => paths.reduce((sum, path) => sum + (path?.[day] ?? 0), 0))
    expect(week[6]).toBe(0)
    expect((week[0] ?? 0) / (week[3] ?? 0)).toBeGreaterThan(1.5)
  })

  it('does not mistake a closed week for one without demand', () => {
    const panel = shop({ length: 217 })
    const open = { ...panel, series: panel.series.map((y) => y.slice(0, 210)) }
    for (const y of panel.series) y.fill(0, 210)
    const total = (one: Panel) => forecastPanel(one, 7).paths.reduce((sum, path) => sum + (path?.[0] ?? 0), 0)
    expect(total(panel) / total(open)).toBeGreaterThan(0.8)
  })

  it('does not mistake the silence of a panel that hardly sells for closed days', () => {
    const next = chance(8)
    const selling = (rate: number, closedDay: number): Panel => ({
      series: Array.from({ length: 30 }, () =>
        Float64Array.from({ length: 100 }, (_, at) => (at !== closedDay && next() < rate ? 1 : 0))
      ),
      season: 7,
      isDemand: true
    })
    const closedDays = (panel: Panel) => closedPeriodsOf(panel).reduce((count, closed) => count + closed, 0)
    expect(closedDays(selling(0.02, 50))).toBe(0)
    expect(closedDays(selling(0.4, 50))).toBe(1)
  })

  it('takes a panel of smooth series with a season for one, and tries what has a shape', () => {
    const next = chance(5)
    const series = Array.from({ length: 25 }, () => {
      const size = 50 + 100 * next()
      return Float64Array.from(
        { length: 60 },
        (_, at) => size * (1 + at / 60 + 0.4 * Math.sin(at)) * (0.95 + 0.1 * next())
      )
    })
    const { plan } = forecastPanel({ series, season: 4, isDemand: false }, 4)
    expect(plan.regular.rows).toHaveLength(25)
    expect(plan.regular.tried.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['theta', 'ets', 'ces', 'median of all'])
    )
  })

  it('learns nothing of what comes', () => {
    const known = shop()
    const other = {
      ...known,
      series: known.series.map((y) => Float64Array.of(...y, 99, 99, 99, 99, 99, 99, 99))
    }
    expect(planPanel(asKnown(other, 7), 7)).toEqual(planPanel(known, 7))
  })

  it('does not care in which order the series come', () => {
    const panel = shop()
    const reversed = { ...panel, series: panel.series.toReversed() }
    const before = forecastPanel(panel, 7).paths
    forecastPanel(reversed, 7)
      .paths.toReversed()
      .forEach((path, row) =>
        path?.forEach((value, ahead) => expect(value).toBeCloseTo(before[row]?.[ahead] ?? NaN, 6))
      )
  })

  it('forecasts a few of a plan’s series as it forecasts all', () => {
    const panel = shop()
    const { plan, paths } = forecastPanel(panel, 7)
    const some = forecastByPlan(panel, plan, { horizon: 7, only: new Set([3, 8]) })
    expect(some[3]).toEqual(paths[3])
    expect(some[4]).toBeUndefined()
  })

  it('is a number from 0 up or undefined, whatever the series are', () => {
    const value = fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 30 }),
      fc.constant(NaN),
      fc.constant(1e9)
    )
    const anySeries = fc.array(value, { maxLength: 50 }).map((values) => Float64Array.from(values))
    fc.assert(
      fc.property(fc.array(anySeries, { maxLength: 30 }), fc.constantFrom(1, 7), (series, season) => {
        const panel = { series, season, isDemand: true }
        const { paths, plan } = forecastPanel(panel, 5)
        const sums = fitSums(panel, plan, { periods: 3, paths })
        series.forEach((y, row) => {
          const path = paths[row]
          if (!y.some(Number.isFinite)) expect(path).toBeUndefined()
          if (!path) return
          expect(path.every((units) => units >= 0 && units < Infinity)).toBe(true)
          const quantiles = [0.1, 0.5, 0.9, 0.99].map((p) => sums.quantile(row, p) ?? NaN)
          expect(quantiles.every((units) => units >= 0 && units < Infinity)).toBe(true)
          expect(quantiles.toSorted((a, b) => a - b)).toEqual(quantiles)
        })
      }),
      { seed: SEED, numRuns: 40 }
    )
  })
})

describe('the quantiles of a sum', () => {
  it('hold about as often as they say', () => {
    const panel = shop({ count: 400, length: 240 })
    const known = asKnown(panel, 7)
    const { plan, paths } = forecastPanel(known, 7)
    const sums = fitSums(known, plan, { periods: 7, paths })
    for (const probability of [0.5, 0.8, 0.95]) {
      const held = panel.series.filter((y, row) => {
        const sum = y.subarray(y.length - 7).reduce((all, units) => all + units, 0)
        return sum <= (sums.quantile(row, probability) ?? NaN)
      })
      expect(held.length / 400).toBeGreaterThan(probability - 0.06)
      expect(held.length / 400).toBeLessThan(probability + 0.12)
    }
  })

  it('scale with the panel', () => {
    const panel = shop()
    const tenfold = { ...panel, series: panel.series.map((y) => y.map((units) => 10 * units)) }
    const { plan, paths } = forecastPanel(panel, 7)
    const more = forecastPanel(tenfold, 7)
    paths.forEach((path, row) =>
      path?.forEach((value, ahead) => expect(more.paths[row]?.[ahead]).toBeCloseTo(10 * value, 3))
    )
    expect(more.plan.intermittent.chosen.name).toBe(plan.intermittent.chosen.name)
  })

  it('never fall as the periods grow', () => {
    const panel = shop({ count: 30 })
    const { plan } = forecastPanel(panel, 7)
    const grid = fitSumGrid(panel, plan, { periods: [14, 1, 3, 7] })
    expect(grid.periods).toEqual([1, 3, 7, 14])
    panel.series.forEach((_, row) => {
      const quantiles = grid.periods.map((_, place) => grid.quantile(row, place, 0.8) ?? NaN)
      expect(quantiles.toSorted((a, b) => a - b)).toEqual(quantiles)
    })
  })
})

describe('sums drawn from one series', () => {
  const options = { periods: 5, draws: 2000, seed: 1 }

  it('are the same every time, and about what the series sold', () => {
    const y = shop({ count: 1, length: 400 }).series[0] ?? new Float64Array()
    const sums = bootstrapSums(y, options)
    expect(bootstrapSums(y, options)).toEqual(sums)
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / values.length, 0)
    expect(mean(sums) / (5 * mean(y))).toBeGreaterThan(0.8)
    expect(mean(sums) / (5 * mean(y))).toBeLessThan(1.3)
  })

  it('are nothing where nothing was sold', () => {
    expect([...bootstrapSums(new Float64Array(9), { ...options, draws: 3 })]).toEqual([0, 0, 0])
  })
})
