import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanFrom } from '../../../models/forecast/demand/censored.ts'
import { conditionDemand } from '../../../models/forecast/demand/condition.ts'
import type { ProductHistory } from '../../../models/forecast/demand/history.ts'
import { lostWithin } from '../../../models/forecast/demand/lost.ts'
import { planShop, plannedMeans } from '../../../models/forecast/planned.ts'
import { LAST_DAY, shopOf, sum } from './shop-of-demand.ts'

const SEED = 13
const options = { lastDay: LAST_DAY }
const whole = { fromDay: -Infinity, toDay: Infinity }

/** The default forecast of what was asked for, with what is to come put back. */
function forecast(products: readonly ProductHistory[], horizonDays = 14): (Float64Array | undefined)[] {
  const demand = conditionDemand(products, options)
  const means = plannedMeans(planShop(demand.series, horizonDays))(demand.series, {
    lastDay: LAST_DAY,
    horizonDays
  })
  return means.map((mean, row) => {
    const factors = demand.factors(row, horizonDays)
    return mean?.map((units, ahead) => units * (factors[ahead] ?? 1))
  })
}

const anyUnits = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 30 }),
  fc.constantFrom(NaN, -3, 1e9, Infinity)
)
const anyProduct: fc.Arbitrary<ProductHistory> = fc
  .array(fc.tuple(anyUnits, fc.constantFrom(0, 0, 0.1, 0.5, 1, 1, 1, NaN), fc.constantFrom(0, 1, 5, NaN)), {
    maxLength: 90
  })
  .chain((days) =>
    fc.record(
      {
        units: fc.constant(Float64Array.from(days, ([units]) => units)),
        category: fc.constantFrom('cd', 'vinyl'),
        available: fc.constant(Float64Array.from(days, ([, share]) => share)),
        stockAtStart: fc.constant(Float64Array.from(days, ([, , stock]) => stock)),
        offers: fc.array(
          fc.record({
            fromDay: fc.integer({ min: LAST_DAY - 80, max: LAST_DAY + 9 }),
            toDay: fc.integer({ min: LAST_DAY - 80, max: LAST_DAY + 20 }),
            discount: fc.constantFrom(0, 0.15, 0.5, 1, NaN)
          }),
          { maxLength: 2 }
        )
      },
      { requiredKeys: ['units'] }
    )
  )
const events = [
  { name: 'fair', days: [LAST_DAY - 20, LAST_DAY - 19, LAST_DAY + 3] },
  { name: 'holiday', days: [LAST_DAY - 18, LAST_DAY + 4] }
]

describe('what a shop’s sales say about demand', () => {
  it('is a number from 0 up or unknown, and nothing lost is below 0, whatever comes in', () => {
    fc.assert(
      fc.property(fc.array(anyProduct, { maxLength: 8 }), (products) => {
        const demand = conditionDemand(products, { ...options, events })
        expect(demand.series.map(({ units }) => units.length)).toEqual(
          products.map(({ units }) => units.length)
        )
        for (const { units } of demand.series)
          expect(units.every((value) => Number.isNaN(value) || (value >= 0 && value < Infinity))).toBe(true)
        for (const { units, days } of demand.lost) {
          expect(units.every((value) => value > 0 && value < Infinity)).toBe(true)
          expect([...days].toSorted((a, b) => a - b)).toEqual([...days])
        }
        products.forEach((_, row) =>
          expect(demand.factors(row, 20).every((factor) => factor >= 0 && factor < 50)).toBe(true)
        )
        for (const mean of forecast(products))
          expect(mean?.every((value) => value >= 0 && value < Infinity) ?? true).toBe(true)
      }),
      { seed: SEED, numRuns: 150 }
    )
  })

  it('is what was sold where nothing was in its way, with nothing copied', () => {
    const products = shopOf({ count: 3, days: 60 }, () => 2)
    const demand = conditionDemand(products, options)
    demand.series.forEach(({ units }, row) => expect(units).toBe(products[row]?.units))
    expect(sum(demand.factors(0, 14))).toBe(14)
    expect(conditionDemand([], options)).toMatchObject({ series: [], lost: [], effects: { weeks: null } })
  })

  it('scales with the units', () => {
    const products = shopOf({ count: 5, days: 120 }, (product) => 1 + product).map(hideSpells)
    const scaled = products.map((one) => ({ ...one, units: one.units.map((value) => 3 * value) }))
    const [before, after] = [conditionDemand(products, options), conditionDemand(scaled, options)]
    before.series.forEach(({ units }, row) =>
      units.forEach((value, at) => {
        const triple = after.series[row]?.units[at] ?? -1
        expect(Math.abs(triple - 3 * value) < 1e-9 || (Number.isNaN(value) && Number.isNaN(triple))).toBe(
          true
        )
      })
    )
    before.lost.forEach((lost, row) =>
      expect(lostWithin(after.lost[row] ?? lost, whole)).toBeCloseTo(3 * lostWithin(lost, whole), 8)
    )
  })

  it('names the product whose arrays are of different lengths', () => {
    const products = [
      { units: new Float64Array(7) },
      { units: new Float64Array(7), available: new Float64Array(5) }
    ]
    expect(() => conditionDemand(products, options)).toThrow('product 1: available has 5 days, units have 7')
    expect(() => conditionDemand([], { lastDay: 1.5 })).toThrow('whole number of days')
  })
})

/** A week in four without stock, on which nothing could be sold. */
function hideSpells({ units }: ProductHistory, product: number): ProductHistory {
  const isHidden = (at: number) => (Math.floor(at / 7) + product) % 4 === 0
  return {
    units: units.map((value, at) => (isHidden(at) ? 0 : value)),
    available: units.map((_, at) => (isHidden(at) ? 0 : 1))
  }
}

describe('days without stock', () => {
  it('leave a constant constant, and what was lost is a constant a day', () => {
    const products = [0, 1].map((product) => hideSpells({ units: new Float64Array(120).fill(6) }, product))
    for (const mean of forecast(products)) for (const value of mean ?? []) expect(value).toBeCloseTo(6, 6)
    const demand = conditionDemand(products, options)
    const hidden = sum(products[0]?.available?.map((share) => 1 - share) ?? [])
    expect(lostWithin(demand.lost[0] ?? fail(), whole)).toBeCloseTo(6 * hidden, 6)
    expect(demand.effects.days.empty).toBeGreaterThan(hidden)
  })

  it('do not lower the forecast, and the lost units come back, where demand is a matter of chance', () => {
    const full = shopOf({ count: 60, days: 240 }, (product) => 0.2 + product / 20)
    const products = full.map(hideSpells)
    const demand = conditionDemand(products, options)
    const truth = sum(full.map(({ units }, row) => sum(units) - sum(products[row]?.units ?? [])))
    expect(sum(demand.lost.map((lost) => lostWithin(lost, whole))) / truth).toBeCloseTo(1, 1)
    const total = (means: (Float64Array | undefined)[]) => sum(means.map((mean) => sum(mean ?? [])))
    expect(total(forecast(products)) / total(forecast(full))).toBeCloseTo(1, 1)
  })

  it('do not move a product that never came back, and nobody asks for it for ever', () => {
    const units = Float64Array.from({ length: 700 }, (_, at) => (at < 300 ? 2 : 0))
    const gone = { units, available: units.map((value) => (value > 0 ? 1 : 0)) }
    const demand = conditionDemand([gone], options)
    expect(demand.emptyDays[0]).toBe(400)
    expect(lostWithin(demand.lost[0] ?? fail(), whole)).toBeCloseTo(2 * 91, 6)
    for (const value of forecast([gone])[0] ?? []) expect(value).toBeCloseTo(2, 6)
  })

  it('count a part of a day by its share, and not at all where it is small', () => {
    const units = new Float64Array(60).fill(8)
    const available = new Float64Array(60).fill(1)
    units.set([4, 1], 30)
    available.set([0.5, 0.1], 30)
    const demand = conditionDemand([{ units, available }], options)
    expect(demand.series[0]?.units[30]).toBeCloseTo(8, 9)
    expect(demand.series[0]?.units[31]).toBeNaN()
    expect([...(demand.lost[0]?.days ?? [])]).toEqual([LAST_DAY - 29, LAST_DAY - 28])
    expect(demand.lost[0]?.units[1]).toBeCloseTo(0.9 * 8, 0)
  })

  it('are not believed where the product was sold on them', () => {
    const units = new Float64Array(60).fill(2)
    const demand = conditionDemand([{ units, available: new Float64Array(60) }], options)
    expect(demand.series[0]?.units).toBe(units)
    expect(demand.effects.distrusted).toEqual([0])
  })
})

describe('days on which all was sold', () => {
  it('count what was asked for, as far as can be told', () => {
    const full = shopOf({ count: 80, days: 200, seed: 4 }, () => 3)
    const products = full.map(({ units }) => ({
      units: units.map((value, at) => (at % 3 === 0 ? Math.min(2, value) : value)),
      stockAtStart: units.map((_, at) => (at % 3 === 0 ? 2 : 50))
    }))
    const demand = conditionDemand(products, options)
    const truth = sum(full.map(({ units }, row) => sum(units) - sum(products[row]?.units ?? [])))
    expect(sum(demand.lost.map((lost) => lostWithin(lost, whole))) / truth).toBeCloseTo(1, 1)
    expect(sum(demand.series.map(({ units }) => sum(units))) / (80 * 200)).toBeCloseTo(3, 1)
  })

  it('that were over soon are not scaled up by how soon', () => {
    const units = new Float64Array(40).fill(1)
    units[39] = 5
    const available = new Float64Array(40).fill(1)
    available[39] = 0.05
    const demand = conditionDemand([{ units, available }], options)
    expect(demand.series[0]?.units[39]).toBeGreaterThan(5)
    expect(demand.series[0]?.units[39]).toBeLessThan(7)
  })
})

describe('E[D | D >= s]', () => {
  it('is what summing up Poisson’s law says', () => {
    const slow = (mean: number, atLeast: number) => {
      let [chance, chances, total] = [Math.exp(-mean), 0, 0]
      for (let count = 0; count < 400; chance *= mean / ++count) {
        if (count < atLeast) continue
        chances += chance
        total += count * chance
      }
      return total / chances
    }
    for (const [mean, atLeast] of [
      [0.2, 1],
      [3, 2],
      [3, 9],
      [40, 12]
    ] as const)
      expect(meanFrom(atLeast, { mean, dispersion: 1 })).toBeCloseTo(slow(mean, atLeast), 6)
  })

  it('is never less than what was sold, nor more than an ordinary day beyond', () => {
    const size = fc.double({ min: 0, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(size, size, size, (atLeast, mean, dispersion) => {
        const units = meanFrom(atLeast, { mean, dispersion })
        expect(units).toBeGreaterThanOrEqual(atLeast)
        expect(units).toBeLessThanOrEqual((atLeast + mean) * (1 + 1e-9))
      }),
      { seed: SEED }
    )
  })
})

describe('a shop of hardly anything', () => {
  const empty = (at: number, days = 60) => Float64Array.from({ length: days }, (_, day) => (day < at ? 1 : 0))

  it('loses nothing of what never sold, and little of what sold once', () => {
    const never = { units: new Float64Array(60), available: empty(30) }
    const once = {
      units: Float64Array.from({ length: 60 }, (_, at) => (at === 5 ? 1 : 0)),
      available: empty(30)
    }
    const { lost } = conditionDemand([never, once], options)
    expect(lost[0]?.units.length).toBe(0)
    expect(lostWithin(lost[1] ?? fail(), whole)).toBeCloseTo(1, 0)
  })

  it('does not take one absurd order for what an ordinary day asks for', () => {
    const units = Float64Array.from({ length: 60 }, (_, at) => (at === 20 ? 1e6 : at < 30 ? 2 : 0))
    const { lost } = conditionDemand([{ units, available: empty(30) }], options)
    expect(lostWithin(lost[0] ?? fail(), whole)).toBeLessThan(30 * 4)
  })

  it('loses more in a busy time than in a quiet one', () => {
    const busy = (at: number) => (at >= 40 ? 3 : 1)
    const others = shopOf({ count: 40, days: 60 }, (_, day) => busy(59 - (LAST_DAY - day)))
    const gone = {
      units: Float64Array.from({ length: 60 }, (_, at) => (at < 40 ? 2 : 0)),
      available: empty(40)
    }
    const { lost } = conditionDemand([...others, gone], options)
    expect(lostWithin(lost[40] ?? fail(), whole) / 20).toBeGreaterThan(4)
  })
})

const fail = (): never => {
  throw new Error('expected')
}
