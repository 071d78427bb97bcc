import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chanceOfAtLeast, gridDemand } from '../../../models/inventory/demand.ts'
import { leadTimeOutcomes } from '../../../models/inventory/lead-time.ts'
import type { OrderTerms } from '../../../models/inventory/order-terms.ts'
import { meanOf, outcomesOf, shareOfAtLeast, shortageOf } from '../../../models/inventory/outcomes.ts'
import { orderFor, replenish, type StockPosition } from '../../../models/inventory/replenish.ts'
import { replayDays } from '../../../models/inventory/replay.ts'
import {
  criticalRatio,
  carryingCost,
  economicOrderQuantity
} from '../../../models/inventory/service-level.ts'
import { stockLevels } from '../../../models/inventory/stock-levels.ts'
import { chance, normal, poisson, poissonAtLeast, poissonDraw } from './demands.ts'

const SEED = { seed: 7, numRuns: 60 }
const none: StockPosition = { on_hand: 0, on_order: 0, reserved: 0, backorders: 0 }
const weekly: OrderTerms = { leadTime: { days: 7 }, reviewDays: 7, serviceLevel: 0.95 }

describe('levels', () => {
  it('are the textbook’s for a normal demand', () => {
    // 14 days of 10 ± 4: mean 140, sd 14.97, z(.95) = 1.645.
    const levels = stockLevels(normal({ mean: 10, sd: 4 }), { ...weekly, coverDays: 7 })
    expect(levels).toMatchObject({ ok: true, reorder_point: 165 })
    if (!levels.ok) return
    expect(levels.order_up_to).toBe(Math.ceil(210 + 1.6449 * 4 * Math.sqrt(21)))
    expect(levels.mean_demand).toBeCloseTo(140, 1)
    expect(levels.safety_stock).toBeCloseTo(25, 1)
  })

  it('leave room for a minimum order above the reorder point', () => {
    const levels = stockLevels(poisson(1), { ...weekly, minimumOrder: 50 })
    if (!levels.ok) throw new Error(levels.reason)
    expect(levels.order_up_to).toBe(levels.reorder_point + 50)
  })

  it('say the share of units that will be there as a long simulation does', () => {
    const next = chance(11)
    const terms: OrderTerms = { leadTime: { days: 5 }, reviewDays: 0, serviceLevel: 0.8, minimumOrder: 40 }
    const levels = stockLevels(poisson(4), terms)
    if (!levels.ok) throw new Error(levels.reason)
    const days = Array.from({ length: 20_000 }, () => poissonDraw(4, next))
    const { filled, demanded } = replayDays(days, {
      leadTimeDays: 5,
      reviewDays: 1,
      warmUpDays: 20,
      terms: { minimumOrder: 40 },
      decide: () => levels
    })
    // The stock undershoots the point on the day that crosses it, which the formula does not know.
    expect(Math.abs(filled / demanded - levels.fill_rate)).toBeLessThan(0.04)
  })

  it('never fall as service level, lead time or its spread rise', () => {
    const terms = fc.record({
      rate: fc.double({ min: 0.01, max: 20, noNaN: true }),
      days: fc.integer({ min: 0, max: 40 }),
      level: fc.double({ min: 0.5, max: 0.97, noNaN: true }),
      review: fc.integer({ min: 0, max: 20 })
    })
    fc.assert(
      fc.property(terms, ({ rate, days, level, review }) => {
        const pointOf = (leadDays: number, serviceLevel: number, spreadDays = 0) => {
          const leadTime = { days: leadDays, spreadDays }
          const levels = stockLevels(poisson(rate), { leadTime, reviewDays: review, serviceLevel })
          return levels.ok ? levels.reorder_point : NaN
        }
        expect(pointOf(days + 1, level)).toBeGreaterThanOrEqual(pointOf(days, level))
        expect(pointOf(days, level + 0.02)).toBeGreaterThanOrEqual(pointOf(days, level))
        expect(pointOf(days + 10, 0.95, 3)).toBeGreaterThanOrEqual(pointOf(days + 10, 0.95))
      }),
      SEED
    )
  })

  it.each([
    [{ leadTime: { days: NaN } }, 'no lead time'],
    [{ leadTime: { days: -1 } }, 'no lead time'],
    [{ leadTime: { observedDays: [] } }, 'no lead time'],
    [{ reviewDays: Infinity }, 'no review period'],
    [{ coverDays: -3 }, 'no cover in days'],
    [{ serviceLevel: 1 }, 'service level is not between 0 and 1'],
    [{ packSize: 0 }, 'pack size is not a whole number from 1'],
    [{ packSize: 2.5 }, 'pack size is not a whole number from 1'],
    [{ minimumOrder: NaN }, 'minimum order is not a number of units'],
    [{ stockMax: -1 }, 'maximum is not a number of units']
  ])('are not made of %j', (wrong, reason) => {
    expect(stockLevels(poisson(1), { ...weekly, ...wrong })).toEqual({ ok: false, reason })
  })

  it('say so where nothing is known of demand or stock', () => {
    expect(stockLevels(() => NaN, weekly)).toEqual({ ok: false, reason: 'no forecast' })
    expect(replenish(poisson(1), { stock: { ...none, on_hand: NaN }, terms: weekly })).toEqual({
      ok: false,
      reason: 'stock is not known'
    })
  })
})

describe('an uncertain lead time', () => {
  it('adds the variance E[L] sd² + mean² Var(L)', () => {
    const times = leadTimeOutcomes({ days: 20, spreadDays: 4 }) ?? []
    const outcomes = outcomesOf(normal({ mean: 10, sd: 6 }), times) ?? new Float64Array()
    const mean = meanOf(outcomes)
    const variance = outcomes.reduce((sum, units) => sum + (units - mean) ** 2, 0) / outcomes.length
    expect(mean / 200).toBeCloseTo(1, 2)
    expect(variance / (20 * 36 + 100 * 16)).toBeCloseTo(1, 1)
  })

  it('can be what was observed', () => {
    const levels = stockLevels(normal({ mean: 10, sd: 0 }), {
      ...weekly,
      reviewDays: 0,
      leadTime: { observedDays: [5, 5, 5, 15] }
    })
    expect(levels).toMatchObject({ ok: true, reorder_point: 150, mean_demand: 75 })
  })
})

describe('an order', () => {
  const levels = { reorder_point: 10, order_up_to: 25 }

  it.each([
    [11, {}, 'enough', 0],
    [10, {}, 'order', 15],
    [3, { packSize: 6 }, 'order', 24],
    [-20, { packSize: 6 }, 'order', 48],
    [10, { minimumOrder: 40 }, 'order', 40],
    [10, { minimumOrder: 40, packSize: 12 }, 'order', 48],
    [3, { packSize: 6, stockMax: 20 }, 'order', 12],
    [3, { stockMax: 3 }, 'no room', 0],
    [3, { minimumOrder: 20, stockMax: 20 }, 'no room', 0]
  ] as const)('at position %i with %j is %s of %i', (position, terms, state, quantity) => {
    expect(orderFor(position, levels, terms)).toMatchObject({ state, quantity })
  })

  it('is whole packs, never negative, never above the maximum', () => {
    const cases = fc.record({
      position: fc.integer({ min: -500, max: 500 }),
      point: fc.integer({ min: 0, max: 200 }),
      above: fc.integer({ min: 0, max: 200 }),
      packSize: fc.integer({ min: 1, max: 50 }),
      minimumOrder: fc.integer({ min: 0, max: 100 }),
      stockMax: fc.integer({ min: 0, max: 500 })
    })
    fc.assert(
      fc.property(cases, ({ position, point, above, ...terms }) => {
        const ends = { reorder_point: point, order_up_to: point + above }
        const { quantity } = orderFor(position, ends, terms)
        expect(quantity % terms.packSize).toBe(0)
        expect(quantity).toBeGreaterThanOrEqual(0)
        if (quantity === 0) return
        expect(quantity).toBeGreaterThanOrEqual(terms.minimumOrder)
        expect(position + quantity).toBeLessThanOrEqual(terms.stockMax)
      }),
      { ...SEED, numRuns: 500 }
    )
  })

  it('counts what is coming and what is promised, and says why', () => {
    const stock = { on_hand: 12, on_order: 4, reserved: 3, backorders: 6 }
    const answer = replenish(poisson(1), { stock, terms: { ...weekly, packSize: 4 } })
    if (!answer.ok) throw new Error(answer.reason)
    // Poisson of mean 14: its .95 quantile is 20, so up to 21 from a position of 7.
    expect(answer).toMatchObject({ position: 7, reorder_point: 20, order_up_to: 21 })
    expect(answer.days_of_cover).toBeCloseTo(7, 1)
    expect(answer.order).toEqual({
      state: 'order',
      quantity: 16,
      why: 'position 7 is at or below the reorder point 20: up to 21, in packs of 4'
    })
  })

  it('is none of what nobody asks for, though the shelf is empty', () => {
    const answer = replenish(() => 0, { stock: none, terms: { ...weekly, minimumOrder: 10 } })
    expect(answer).toMatchObject({
      ok: true,
      days_of_cover: null,
      order: { state: 'no demand', quantity: 0 }
    })
  })
})

describe('a distribution', () => {
  it('has the chances, the mean and the shortage of whole units', () => {
    const outcomes = outcomesOf(poisson(1), [6]) ?? new Float64Array()
    let tail = 0
    for (let units = 0; units <= 12; units++) {
      expect(Math.abs(shareOfAtLeast(outcomes, units) - poissonAtLeast(6, units))).toBeLessThan(0.005)
      expect(chanceOfAtLeast(poisson(1), { days: 6, units })).toBeCloseTo(poissonAtLeast(6, units), 6)
      expect(shortageOf(outcomes, units)).toBeCloseTo(meanOf(outcomes) - tail, 9)
      tail += shareOfAtLeast(outcomes, units + 1)
    }
  })

  it('is straight between days that were fitted, and never less after more days', () => {
    const fitted = (days: number, units: number) => ({ days, quantile: () => units })
    const demand = gridDemand([fitted(7, 10), fitted(1, 2), fitted(14, 8)])
    expect([0, 1, 4, 7, 10, 14, 28].map((days) => demand(days, 0.5))).toEqual([0, 2, 6, 10, 10, 10, 20])
    expect(gridDemand([])(7, 0.5)).toBeNaN()
    expect(gridDemand([{ days: 7, quantile: () => undefined }])(3, 0.5)).toBeNaN()
  })
})

describe('what a unit is worth', () => {
  it('gives the service level, by the newsvendor', () => {
    const carry = carryingCost({ unitCost: 10, yearlyShare: 0.365, days: 100 })
    expect(carry).toBeCloseTo(1, 12)
    expect(criticalRatio({ margin: 4, carry })).toEqual({ ok: true, level: 0.8 })
    expect(criticalRatio({ margin: 0, carry })).toMatchObject({ ok: false })
    expect(criticalRatio({ margin: 4, carry: 0 })).toMatchObject({ ok: false })
    expect(criticalRatio({ margin: NaN, carry })).toMatchObject({ ok: false, reason: 'not a number' })
  })

  it('gives the order quantity, by Harris', () => {
    // sqrt(2 * 20 * 1200 / 3)
    expect(economicOrderQuantity({ orderCost: 20, yearlyDemand: 1200, yearlyCarry: 3 })).toBeCloseTo(
      126.49,
      2
    )
    expect(economicOrderQuantity({ orderCost: 20, yearlyDemand: 0, yearlyCarry: 3 })).toBeUndefined()
    expect(economicOrderQuantity({ orderCost: 20, yearlyDemand: 5, yearlyCarry: 0 })).toBeUndefined()
  })
})
