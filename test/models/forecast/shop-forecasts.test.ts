import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { daysOfCover } from '../../../models/forecast/cover.ts'
import type { ProductHistory } from '../../../models/forecast/demand/history.ts'
import { forecastShop } from '../../../models/forecast/shop-forecasts.ts'
import { GRID_DAYS } from '../../../models/inventory/demand.ts'
import { demandOf, serveDemand } from '../../../models/inventory/served-demand.ts'

const SEED = 8
const LAST_DAY = 15_317
const options = { lastDay: LAST_DAY, horizonDays: 28 }
const constant = (units: number) => ({ units: new Float64Array(120).fill(units) })

/** Arrivals by a fixed linear congruence: a shop of products that sell now and then. */
function lumpyShop(products: number, length: number) {
  let state = 12_345
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  return Array.from({ length: products }, () => {
    const rate = 0.1 + 0.8 * next()
    return { units: Float64Array.from({ length }, () => (next() < rate ? 1 + Math.floor(4 * next()) : 0)) }
  })
}

const forecast = (shop: ProductHistory[]) => forecastShop(shop, options)
const servedOf = (fitted: ReturnType<typeof forecast>, row: number) =>
  serveDemand((days, probability) => fitted.quantile(row, days, probability))

describe('what a night says of a shop', () => {
  it('needs for a lead time what a product sells that always sells the same', () => {
    // Of one alone six past errors of 0 would say little; of forty they say that there is no error.
    const served = servedOf(forecast(Array.from({ length: 40 }, () => constant(3))), 0)
    if (!served) throw new Error('no forecast')
    const demand = demandOf(served)
    for (const days of [1, 5, 14, 20]) expect(demand(days, 0.95)).toBeCloseTo(3 * days, 6)
  })

  it('never falls with days or probability, and what is published says the same as what was fitted', () => {
    const fitted = forecast(lumpyShop(12, 200))
    for (let row = 0; row < 12; row++) {
      const served = servedOf(fitted, row)
      if (!served) throw new Error('no forecast')
      const demand = demandOf(served)
      for (const days of GRID_DAYS)
        expect(demand(days, 0.95)).toBeCloseTo(fitted.quantile(row, days, 0.95) ?? NaN, 2)
      fc.assert(
        fc.property(
          fc.double({ min: 0.001, max: 0.999, noNaN: true }),
          fc.integer({ min: 0, max: 120 }),
          (probability, days) => {
            const here = demand(days, probability)
            expect(here).toBeGreaterThanOrEqual(0)
            expect(demand(days + 1, probability)).toBeGreaterThanOrEqual(here)
            expect(demand(days, Math.min(0.9999, probability + 0.01))).toBeGreaterThanOrEqual(here - 1e-9)
          }
        ),
        { seed: SEED, numRuns: 30 }
      )
    }
  })

  it('holds for about as many lead times as was asked', () => {
    const days = 7
    const whole = lumpyShop(150, 240)
    const fitted = forecast(whole.map(({ units }) => ({ units: units.subarray(0, units.length - days) })))
    const held = whole.filter(({ units }, row) => {
      const sold = units.subarray(units.length - days).reduce((sum, value) => sum + value, 0)
      return sold <= Math.ceil(fitted.quantile(row, days, 0.9) ?? -1)
    })
    expect(held.length / whole.length).toBeGreaterThan(0.82)
    expect(held.length / whole.length).toBeLessThan(0.97)
    expect(fitted.coverage95).toBeGreaterThan(0.88)
    expect(fitted.coverage95).toBeLessThanOrEqual(1)
  })

  it('says how far its sums were off', () => {
    const fitted = forecast([...lumpyShop(20, 240), constant(2)])
    expect(fitted.errors).toHaveLength(21)
    expect(fitted.errors[0]).toMatchObject({ origins: 4 })
    expect(fitted.errors[0]?.rmsse).toBeGreaterThan(0.1)
    expect(fitted.errors[0]?.rmsse).toBeLessThan(2)
    expect(Math.abs(fitted.errors[0]?.bias ?? NaN)).toBeLessThan(1)
    // Nothing changes from day to day, so there is nothing that an error could be measured by.
    expect(fitted.errors[20]).toEqual({ origins: 4, rmsse: undefined, bias: expect.closeTo(0, 1) })
  })

  it('takes days without stock for unknown, says what was lost, and raises what is on offer', () => {
    const full = lumpyShop(40, 240)
    const isEmpty = (day: number) => day >= 220 && day < 230
    const shop = full.map((product, row): ProductHistory =>
      row > 0
        ? product
        : {
            units: product.units.map((units, day) => (isEmpty(day) ? 0 : units)),
            available: Float64Array.from(product.units, (_, day) => (isEmpty(day) ? 0 : 1))
          }
    )
    const fitted = forecast(shop)
    const mean = (row: number, of: ReturnType<typeof forecast>) => {
      const daily = of.daily[row]
      return daily?.ok ? daily.mean.reduce((sum, value) => sum + value, 0) : NaN
    }
    expect(mean(0, fitted)).toBeGreaterThan(0.8 * mean(0, forecast(full)))
    expect(fitted.lost[0]).toBeGreaterThan(0.3 * mean(0, fitted) * (10 / 28))
    expect(fitted.lost[1]).toBe(0)
    expect(fitted.notes(0).join()).toContain('10 of the last 91 days are unknown')
    expect(fitted.notes(1)).toEqual([expect.stringMatching(/^Sold on \d+ of \d+ days\.$/)])
  })

  it('says nothing where there is nothing to say, and none where it stopped', () => {
    const stopped = { units: Float64Array.from({ length: 400 }, (_, day) => (day < 100 ? 5 : 0)) }
    const fitted = forecast([
      { units: new Float64Array() },
      { units: Float64Array.of(1, 2) },
      stopped,
      ...lumpyShop(20, 240)
    ])
    // Nobody knows since when the first could have been sold; the second is too young for a history of its own.
    expect(servedOf(fitted, 0)).toBeUndefined()
    expect(servedOf(fitted, 1)?.units.at(-1)).toBeGreaterThan(0)
    expect(fitted.states.slice(0, 3)).toEqual(['never sold', 'new', 'dormant'])
    expect(new Set(servedOf(fitted, 2)?.units)).toEqual(new Set([0]))
    expect(forecastShop([], options).daily).toEqual([])
  })
})

it('a product that was never sold is forecast by launches like it, the less the longer nobody wants it', () => {
  const shop = [...lumpyShop(60, 100), { units: new Float64Array() }, { units: new Float64Array() }]
  const unsoldDays = shop.map((_, row) => (row === 60 ? 0 : row === 61 ? 56 : undefined))
  const fitted = forecastShop(shop, { ...options, unsoldDays })
  const [fresh, unwanted] = [60, 61].map((row) => {
    const daily = fitted.daily[row]
    return daily?.ok ? daily.mean.reduce((sum, units) => sum + units, 0) : NaN
  })
  expect(fresh).toBeGreaterThan(10)
  expect(unwanted).toBeGreaterThan(0)
  expect(unwanted).toBeLessThan((fresh ?? 0) / 2)
  expect(fitted.quantile(60, 14, 0.95)).toBeGreaterThan(fitted.quantile(60, 14, 0.5) ?? Infinity)
  expect(fitted.notes(60)).toContain('Never sold.')
})

describe('days of cover', () => {
  it('are stock by mean demand, at most a year, and null without demand or stock', () => {
    expect(daysOfCover(10, 2)).toBe(5)
    expect(daysOfCover(1_000, 1)).toBe(365)
    expect(daysOfCover(-4, 1)).toBe(0)
    expect(daysOfCover(10, 0)).toBeNull()
    expect(daysOfCover(null, 1)).toBeNull()
  })
})
