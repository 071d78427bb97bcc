import { describe, expect, it } from 'vitest'
import { fitBuyAgain, purchaseDays, rankBuyAgain } from '../../../models/recommend/buy-again.ts'
import { fitLift } from '../../../models/recommend/lift.ts'
import { GUEST } from '../../../models/recommend/questions.ts'
import { DAY_MS } from '../../../models/recommend/recommender.ts'
import { recommendSettings } from '../../../models/recommend/settings.ts'
import { interactionsOf, NOW_MS } from './generate.ts'

type Bought = [customer: number, work: number, daysAgo: number]

const purchasesOf = (rows: Bought[]) => {
  const oldestFirst = rows.toSorted((a, b) => b[2] - a[2])
  return {
    customers: Int32Array.from(oldestFirst, ([customer]) => customer),
    works: Uint32Array.from(oldestFirst, ([, work]) => work),
    occurredAtMs: Float64Array.from(oldestFirst, ([, , daysAgo]) => NOW_MS - daysAgo * DAY_MS)
  }
}
const settings = {
  ...recommendSettings.buyAgain,
  priorBuyers: 1,
  lift: { ...recommendSettings.lift, exponent: 0 }
}

function rankFor(customer: number, rows: Bought[], changed = settings): number[] {
  const purchases = purchasesOf(rows)
  const interactions = interactionsOf(
    rows.map(([unit, item, daysAgo]) => ({ unit: unit + 1, item, daysAgo })),
    20,
    5
  )
  const model = fitBuyAgain({ purchases, interactions }, { settings: changed, nowMs: NOW_MS })
  const days = new Map(purchaseDays(purchases)).get(customer) ?? { items: [], occurredAtMs: [] }
  return [...rankBuyAgain(model, days, 5).indexes]
}

describe('buy again', () => {
  it('names only what the customer had', () => {
    expect(
      rankFor(1, [
        [1, 3, 10],
        [2, 4, 1]
      ])
    ).toEqual([3])
    expect(rankFor(3, [[1, 3, 10]])).toEqual([])
  })

  it('puts what others come back for before what they do not', () => {
    const others: Bought[] = [2, 3, 4].flatMap((customer): Bought[] => [
      [customer, 0, 50],
      [customer, 1, 50],
      [customer, 1, 20]
    ])
    expect(rankFor(1, [[1, 0, 10], [1, 1, 10], ...others])).toEqual([1, 0])
  })

  it('puts what was bought often or lately before what was bought once, long ago', () => {
    expect(
      rankFor(1, [
        [1, 0, 300],
        [1, 1, 5],
        [1, 2, 6],
        [1, 2, 30]
      ])
    ).toEqual([2, 1, 0])
  })

  it('counts lines of one day once, and guests never', () => {
    const purchases = purchasesOf([
      [1, 0, 10],
      [1, 0, 10],
      [GUEST, 0, 9],
      [1, 0, 3]
    ])
    const [[customer, days] = [0, { items: [] }]] = [...purchaseDays(purchases)].filter(
      ([, { items }]) => items.length > 0
    )
    expect(customer).toBe(1)
    expect(days.items).toEqual([0, 0])
  })

  it('puts first what sells faster than usual now', () => {
    const lifted = { ...settings, lift: { ...recommendSettings.lift, exponent: 1 } }
    const sold: Bought[] = [1, 2, 3, 4].flatMap((day): Bought[] => [
      [2, 1, day],
      [2, 0, 80 + day]
    ])
    const rows: Bought[] = [[1, 0, 20], [1, 1, 21], ...sold]
    expect(rankFor(1, rows, { ...settings, priorBuyers: 1_000 })).toEqual([0, 1])
    expect(rankFor(1, rows, { ...lifted, priorBuyers: 1_000 })).toEqual([1, 0])
  })
})

describe('the lift', () => {
  const rows = Array.from({ length: 100 }, (_, day) => [
    { unit: 0, item: 0, daysAgo: day },
    { unit: 0, item: 1, daysAgo: day % 10 },
    { unit: 0, item: 2, daysAgo: 90 + (day % 10) }
  ]).flat()
  const options = { ...recommendSettings.lift, exponent: 1, nowMs: NOW_MS }
  const [steady = 0, rising = 0, falling = 0, unknown = 0] = fitLift(interactionsOf(rows, 1, 4), options)

  it('is above 1 for what sells faster than usual, below for what sells slower, and 1 for what never sold', () => {
    expect(rising).toBeGreaterThan(steady)
    expect(steady).toBeGreaterThan(falling)
    expect(falling).toBeLessThan(1)
    expect(unknown).toBe(1)
  })

  it('does not depend on the unit that weights are in', () => {
    const doubled = interactionsOf(
      rows.map((row) => ({ ...row, weight: 2 })),
      1,
      4
    )
    fitLift(doubled, options).forEach((lift, item) =>
      expect(lift).toBeCloseTo([steady, rising, falling, unknown][item] ?? NaN, 5)
    )
  })

  it('is 1 for all when its exponent is 0', () => {
    expect([...fitLift(interactionsOf(rows, 1, 4), { ...options, exponent: 0 })]).toEqual([1, 1, 1, 1])
  })
})
