import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Launch } from '../../../models/forecast/launch-curves.ts'
import { forecastNewProducts } from '../../../models/forecast/new-products.ts'

/** Twelve weeks that begin with four a day and then sell one. */
const fading = (times = 1) => Float64Array.from({ length: 84 }, (_, age) => times * (age < 7 ? 4 : 1))
const olds = (count: number, category: string, times = 1): Launch[] =>
  Array.from({ length: count }, () => ({ category, units: fading(times) }))
const horizon = { horizonDays: 28 }

function meanOf(launches: readonly Launch[], row = launches.length - 1): Float64Array {
  const forecast = forecastNewProducts(launches, horizon).forecast(row)
  if (!forecast.ok) throw new Error(forecast.reason)
  return forecast.mean
}

describe('the forecast of a new product', () => {
  it('is its category’s first weeks before the first day', () => {
    const mean = meanOf([
      ...olds(40, 'vinyl'),
      ...olds(40, 'games', 10),
      { category: 'vinyl', units: new Float64Array() }
    ])
    expect(mean[0]).toBeGreaterThan(4)
    expect(mean[0]).toBeLessThan(9)
    expect((mean[0] ?? 0) / (mean[10] ?? 0)).toBeCloseTo(4, 1)
  })

  it('is the shop’s where it has no category, or one that nobody launched in', () => {
    const shop = [...olds(20, 'vinyl'), ...olds(20, 'games', 3)]
    for (const launch of [{ units: new Float64Array() }, { category: 'books', units: new Float64Array() }])
      expect(meanOf([...shop, launch])[0]).toBeCloseTo(8, 9)
  })

  it('follows a tier where there is one, as far as it has launches', () => {
    const tiered = olds(20, 'vinyl').map((launch) => ({ ...launch, units: fading(5), tier: 'star' }))
    const shop = [...olds(20, 'vinyl'), ...tiered]
    const star = meanOf([...shop, { category: 'vinyl', tier: 'star', units: new Float64Array() }])[0] ?? 0
    const other = meanOf([...shop, { category: 'vinyl', tier: 'unknown', units: new Float64Array() }])[0] ?? 0
    expect(star).toBeGreaterThan(1.4 * other)
  })

  it('comes closer to its own rate with each day', () => {
    const errors = [1, 7, 14, 60].map((days) => {
      const mean = meanOf([...olds(40, 'vinyl'), { category: 'vinyl', units: fading(10).subarray(0, days) }])
      return Math.abs((mean.at(-1) ?? 0) - 10)
    })
    expect(errors.toSorted((a, b) => b - a)).toEqual(errors)
    expect(errors.at(-1)).toBeLessThan(3)
  })

  it('rises with pre-orders, and with views where no pre-orders are known', () => {
    const shop = olds(20, 'vinyl').map((launch) => ({ ...launch, preOrders: 9, views: 99 }))
    const first = (launch: Omit<Launch, 'units'>) =>
      meanOf([...shop, { ...launch, category: 'vinyl', units: new Float64Array() }])[0] ?? 0
    expect(first({ preOrders: 19, views: 5 })).toBeGreaterThan(1.5 * first({ preOrders: 9 }))
    expect(first({ views: 199 })).toBeGreaterThan(1.5 * first({ views: 99 }))
    expect(first({ preOrders: 1e9 })).toBeLessThan(50)
  })

  it('scales with the units', () => {
    const own = Float64Array.of(3, 0, 1)
    const once = meanOf([...olds(20, 'vinyl'), { category: 'vinyl', units: own }])
    const tenfold = meanOf([
      ...olds(20, 'vinyl', 10),
      { category: 'vinyl', units: own.map((units) => 10 * units) }
    ])
    tenfold.forEach((value, day) => expect(value).toBeCloseTo(10 * (once[day] ?? NaN), 9))
  })

  it('reads launches of quieter days by how busy the shop is now', () => {
    const trade = Float64Array.from({ length: 120 }, (_, day) => (day < 70 ? 10 : 20))
    const launches = [...olds(20, 'vinyl'), { category: 'vinyl', units: new Float64Array() }]
    const busy = forecastNewProducts(launches, { ...horizon, trade }).forecast(20)
    expect(busy.ok && busy.mean[0]).toBeCloseTo(8, 0)
  })

  it('is a reason and no number in a shop that launched nothing else', () => {
    for (const launches of [[], [{ units: Float64Array.of(5, 5) }]]) {
      const fitted = forecastNewProducts(launches, horizon)
      expect(fitted.forecast(0)).toEqual({ ok: false, reason: 'no launch to go by' })
      expect(fitted.quantile(0, 14, 0.9)).toBeNaN()
    }
  })
})

describe('the quantiles of a new product', () => {
  it('hold as often as they say of launches like those of the past', () => {
    let seed = 7
    const next = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
    const launch = (): Launch => {
      const size = -3 * Math.log(next())
      return { units: Float64Array.from({ length: 35 }, () => (next() < 0.3 ? Math.ceil(size * next()) : 0)) }
    }
    const past = Array.from({ length: 300 }, launch)
    const judged = Array.from({ length: 300 }, launch)
    for (const [age, probability] of [
      [0, 0.8],
      [7, 0.95]
    ] as const) {
      const held = judged.filter(({ units }) => {
        const fitted = forecastNewProducts([...past, { units: units.subarray(0, age) }], horizon)
        const came = units.subarray(age, age + 28).reduce((sum, value) => sum + value, 0)
        return came <= fitted.quantile(past.length, 28, probability)
      })
      expect(held.length / 300).toBeGreaterThan(probability - 0.06)
      expect(held.length / 300).toBeLessThan(Math.min(0.99, probability + 0.08))
    }
  }, 20_000)

  it('never fall as the probability rises and are never negative or no numbers, whatever the launches are', () => {
    const value = fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom(NaN, 1e9, -3, Infinity)
    )
    const launch = fc.record(
      {
        units: fc.array(value, { maxLength: 60 }).map((values) => Float64Array.from(values)),
        category: fc.constantFrom('a', 'b'),
        tier: fc.constantFrom('x', 'y'),
        preOrders: value,
        views: value
      },
      { requiredKeys: ['units'] }
    )
    fc.assert(
      fc.property(
        fc.array(launch, { maxLength: 30 }),
        fc.array(value, { maxLength: 60 }),
        (launches, days) => {
          const fitted = forecastNewProducts(launches, { horizonDays: 9, trade: Float64Array.from(days) })
          launches.forEach((_, row) => {
            const forecast = fitted.forecast(row)
            if (!forecast.ok) return
            expect(forecast.mean.every((units) => units >= 0 && units < Infinity)).toBe(true)
            const quantiles = [0.05, 0.5, 0.9, 0.99].map((probability) =>
              fitted.quantile(row, 9, probability)
            )
            expect(quantiles.every((units) => units >= 0 && units < Infinity)).toBe(true)
            expect(quantiles.toSorted((a, b) => a - b)).toEqual(quantiles)
          })
        }
      ),
      { seed: 7, numRuns: 60 }
    )
  })
})
