import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestFirst } from '../../../models/inventory/best-first.ts'
import { outcomesOf } from '../../../models/inventory/outcomes.ts'
import { purchaseList } from '../../../models/inventory/purchase-list.ts'
import { stepsOf, type Candidate } from '../../../models/inventory/purchase-steps.ts'
import { chance, poisson, poissonAtLeast } from './demands.ts'

function candidate(product_id: string, over: Partial<Candidate> & { rate?: number } = {}): Candidate {
  const { rate = 5, ...rest } = over
  const outcomes = outcomesOf(poisson(rate), [1]) ?? new Float64Array()
  return { product_id, outcomes, position: 0, unitCost: 1, margin: 1, carry: 0.25, ...rest }
}

describe('the purchase list', () => {
  it('stops where the next unit would lose by lying what it would earn by being there', () => {
    // The newsvendor's ratio is .8: Poisson of mean 5 has its .8 quantile at 7.
    const { lines } = purchaseList([candidate('a')])
    expect(lines[0]?.quantity).toBe(7)
    expect(lines[0]?.last_chance).toBeCloseTo(poissonAtLeast(5, 7), 2)
    expect(lines[0]?.why).toContain('with 24 % probability; more would lose')
    expect(purchaseList([candidate('a', { position: 3 })]).lines[0]?.quantity).toBe(4)
    expect(purchaseList([candidate('a', { position: 7 })]).lines).toEqual([])
  })

  it('spends a budget as the best of all ways to spend it', () => {
    const some = fc.record({
      rate: fc.double({ min: 0.2, max: 3, noNaN: true }),
      margin: fc.double({ min: 0.1, max: 4, noNaN: true }),
      position: fc.integer({ min: 0, max: 2 })
    })
    fc.assert(
      fc.property(fc.tuple(some, some), fc.integer({ min: 0, max: 6 }), ([one, two], budget) => {
        const candidates = [candidate('a', one), candidate('b', two)]
        const valueOf = (quantity: number, of: Candidate) => {
          let value = 0
          for (let k = of.position + 1; k <= of.position + quantity; k++) {
            const share = of.outcomes.filter((units) => units >= k).length / of.outcomes.length
            value += of.margin * share - of.carry * (1 - share)
          }
          return value
        }
        let best = 0
        for (let a = 0; a <= budget; a++) {
          for (let b = 0; a + b <= budget; b++)
            best = Math.max(best, valueOf(a, candidate('a', one)) + valueOf(b, candidate('b', two)))
        }
        const list = purchaseList(candidates, budget)
        expect(list.spent).toBeLessThanOrEqual(budget)
        expect(list.lines.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(best, 9)
      }),
      { seed: 7, numRuns: 100 }
    )
  })

  it('takes whole packs, the supplier’s minimum first, and stays below the maximum', () => {
    const quantityOf = (over: Partial<Candidate>) =>
      purchaseList([candidate('a', { rate: 20, carry: 0.05, ...over })]).lines[0]?.quantity ?? 0
    expect(quantityOf({ packSize: 6 }) % 6).toBe(0)
    expect(quantityOf({ minimumOrder: 25, packSize: 10 })).toBe(30)
    expect(quantityOf({ stockMax: 10, packSize: 4 })).toBe(8)
    expect(quantityOf({ minimumOrder: 1000 })).toBe(0)
  })

  it('goes on to what is cheaper when the next best is too dear, and says who lost', () => {
    const dear = candidate('dear', { unitCost: 10, margin: 100, carry: 1 })
    const { lines, spent } = purchaseList([dear, candidate('cheap', { margin: 3 })], 12)
    expect(lines.map(({ product_id, quantity }) => [product_id, quantity])).toEqual([
      ['dear', 1],
      ['cheap', 2]
    ])
    expect(spent).toBe(12)
    expect(lines[0]?.why).toContain('the rest of the budget is worth more elsewhere')
  })

  it('does not depend on the order of the products', () => {
    const candidates = ['a', 'b', 'c'].map((id) => candidate(id))
    expect(purchaseList(candidates.toReversed(), 9)).toEqual(purchaseList(candidates, 9))
  })

  it('takes what is best for its money first, however many products there are', () => {
    const next = chance(9)
    const many = Array.from({ length: 200 }, (_, at) =>
      candidate(`${at}`, { rate: 0.5 + 5 * next(), unitCost: 1 + Math.floor(4 * next()), margin: 1 + next() })
    )
    const order = [...bestFirst(many.map(stepsOf), (a, b) => a.perCost > b.perCost)].map(
      (step) => step.perCost
    )
    expect(order).toEqual(order.toSorted((a, b) => b - a))
    expect(order).toHaveLength(many.reduce((sum, own) => sum + [...stepsOf(own)].length, 0))
    const [rich, poor] = [purchaseList(many, 900), purchaseList(many, 300)]
    expect(poor.spent).toBeGreaterThan(295)
    const valueOf = (list: typeof rich) => list.lines.reduce((sum, { value }) => sum + value, 0)
    expect(valueOf(rich)).toBeGreaterThan(valueOf(poor))
  })

  it('is bounded however large the numbers are', () => {
    const outcomes = Float64Array.from({ length: 200 }, (_, at) => at * 1e6)
    const { lines } = purchaseList([candidate('a', { outcomes, position: -1e9 })])
    expect(Number.isFinite(lines[0]?.quantity)).toBe(true)
    expect(lines[0]?.quantity).toBeGreaterThan(1e9)
  })

  it.each([
    [{ outcomes: new Float64Array() }, 'no forecast'],
    [{ position: NaN }, 'stock is not known'],
    [{ unitCost: 0 }, 'no cost'],
    [{ margin: NaN }, 'no margin'],
    [{ carry: -1 }, 'no carrying cost'],
    [{ packSize: 1.5 }, 'pack size is not a whole number from 1'],
    [{ minimumOrder: -1 }, 'minimum order is not a number of units'],
    [{ stockMax: NaN }, 'maximum is not a number of units']
  ])('leaves out %j and says why', (over, reason) => {
    const { lines, rejected } = purchaseList([candidate('a', over), candidate('b')])
    expect(rejected).toEqual([{ product_id: 'a', reason }])
    expect(lines.map(({ product_id }) => product_id)).toEqual(['b'])
  })
})
