import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { daysOfCover } from '../../../models/forecast/cover.ts'
import { reorderPoints } from '../../../models/forecast/reorder.ts'

const SEED = 8
const LAST_DAY = 15_317
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

describe('the reorder point', () => {
  it('covers the lead time of a product that always sells the same', () => {
    const [point] = reorderPoints([constant(3)], { lastDay: LAST_DAY, leadTimeDays: [5], serviceLevel: 0.95 })
    expect(point).toEqual({ ok: true, units: 15 })
  })

  it('never falls as the service level rises, whatever the lead time', () => {
    const shop = lumpyShop(12, 200)
    fc.assert(
      fc.property(fc.constantFrom(3, 7, 14), (days) => {
        const at = (serviceLevel: number) =>
          reorderPoints(shop, { lastDay: LAST_DAY, leadTimeDays: shop.map(() => days), serviceLevel })
        const points = [0.5, 0.8, 0.9, 0.95, 0.99].map(at)
        shop.forEach((_, product) => {
          const units = points.map((level) => (level[product]?.ok ? level[product].units : NaN))
          expect(units.toSorted((a, b) => a - b)).toEqual(units)
        })
      }),
      { seed: SEED, numRuns: 3 }
    )
  })

  it('holds for about as many lead times as was asked', () => {
    const days = 7
    const whole = lumpyShop(150, 240)
    const known = whole.map(({ units }) => ({ units: units.subarray(0, units.length - days) }))
    const points = reorderPoints(known, {
      lastDay: LAST_DAY,
      leadTimeDays: known.map(() => days),
      serviceLevel: 0.9
    })
    const held = whole.filter(({ units }, product) => {
      const sold = units.subarray(units.length - days).reduce((sum, value) => sum + value, 0)
      const point = points[product]
      return point?.ok && sold <= point.units
    })
    expect(held.length / whole.length).toBeGreaterThan(0.82)
    expect(held.length / whole.length).toBeLessThan(0.97)
  })

  it('gives a reason instead of a number', () => {
    const shop = [constant(1), { units: [] }, { units: [1, 2] }]
    expect(reorderPoints(shop, { lastDay: LAST_DAY, leadTimeDays: [null, 5, 5], serviceLevel: 0.9 })).toEqual(
      [
        { ok: false, reason: 'no lead time' },
        { ok: false, reason: 'never sold' },
        { ok: false, reason: 'too little history' }
      ]
    )
  })

  it('treats each lead time as if it were alone', () => {
    const shop = lumpyShop(10, 150)
    const options = { lastDay: LAST_DAY, serviceLevel: 0.9 }
    const mixed = reorderPoints(shop, { ...options, leadTimeDays: shop.map((_, i) => (i % 2 ? 3 : 9)) })
    const three = reorderPoints(shop, { ...options, leadTimeDays: shop.map(() => 3) })
    const nine = reorderPoints(shop, { ...options, leadTimeDays: shop.map(() => 9) })
    expect(mixed).toEqual(shop.map((_, i) => (i % 2 ? three[i] : nine[i])))
  })
})

describe('days of cover', () => {
  it('divides the stock by the demand, up to a year', () => {
    expect(daysOfCover(30, 2)).toBe(15)
    expect(daysOfCover(30, 0.001)).toBe(365)
    expect(daysOfCover(-4, 2)).toBe(0)
  })

  it('is unknown without demand or without known stock', () => {
    expect(daysOfCover(30, 0)).toBeNull()
    expect(daysOfCover(30, Number.NaN)).toBeNull()
    expect(daysOfCover(null, 2)).toBeNull()
  })
})
