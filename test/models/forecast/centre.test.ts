import { describe, expect, it } from 'vitest'
import { centreOf, centrePeriods } from '../../../models/forecast/panel/centre.ts'

const panel = { season: 7, isDemand: true }
const steady = Float64Array.from({ length: 84 }, (_, at) => (at % 2 === 0 ? 2 : 0))
const options = { path: new Float64Array(14).fill(1), mean: 14, periods: 14, panel }

describe('the centre of a sum', () => {
  it('is the mean where nothing unusual happened', () => {
    expect(centreOf(steady, options)).toBeCloseTo(14, 9)
  })

  it('follows a forecast that a single order lifted only half of the way', () => {
    const withOrder = steady.slice()
    withOrder[80] = 500
    const lifted = { ...options, path: new Float64Array(14).fill(4), mean: 56 }
    const centre = centreOf(withOrder, lifted)
    expect(centre).toBeGreaterThan(20)
    expect(centre).toBeLessThan(45)
  })

  it('scales with the units', () => {
    const tenfold = { ...options, path: new Float64Array(14).fill(20), mean: 280 }
    const once = { ...options, path: new Float64Array(14).fill(2), mean: 28 }
    const tens = steady.map((units) => 10 * units)
    expect(centreOf(tens, tenfold)).toBeCloseTo(10 * centreOf(steady, once), 9)
  })

  it('compares whole seasons: a week of which one day is forecast alone is not unusual', () => {
    const week = Float64Array.of(4, 1, 1, 1, 0, 0, 0)
    const y = Float64Array.from({ length: 84 }, (_, at) => week[at % 7] ?? 0)
    expect(centreOf(y, { ...options, path: week, mean: 4, periods: 1 })).toBeCloseTo(4, 0)
    expect([1, 7, 8].map((periods) => centrePeriods(periods, panel))).toEqual([7, 7, 14])
  })

  it('is the mean where a series is no demand, and a number whatever the series is', () => {
    expect(centreOf(steady, { ...options, mean: -3, panel: { season: 7, isDemand: false } })).toBe(-3)
    for (const y of [[], [NaN, NaN], [0, 0, 0], [1e9, NaN]])
      expect(centreOf(Float64Array.from(y), options)).toBeGreaterThanOrEqual(0)
    expect(centreOf(steady, { ...options, path: new Float64Array(14), mean: 0 })).toBe(0)
  })
})
