import { describe, expect, it } from 'vitest'
import { abcClasses, xyzClass } from '../../../models/inventory/classify.ts'
import { isDeadStock, overstock } from '../../../models/inventory/idle-stock.ts'
import { poisson } from './demands.ts'

describe('ABC', () => {
  it('gives the fewest products that bring 80 and 95 %', () => {
    const takings = new Map([
      ['a', 70],
      ['b', 15],
      ['c', 11],
      ['d', 4],
      ['e', 0],
      ['f', -5],
      ['g', NaN]
    ])
    expect([...abcClasses(takings)].map(([id, own]) => id + own).toSorted()).toEqual([
      'aA',
      'bA',
      'cB',
      'dC',
      'eC',
      'fC',
      'gC'
    ])
  })

  it('does not depend on the order, and a shop that took nothing has only C', () => {
    const takings: [string, number][] = ['x', 'y', 'z'].map((id) => [id, 10])
    expect(abcClasses(new Map(takings.toReversed()))).toEqual(abcClasses(new Map(takings)))
    expect([...abcClasses(new Map([['a', 0]])).values()]).toEqual(['C'])
    expect(abcClasses(new Map()).size).toBe(0)
  })
})

describe('XYZ', () => {
  const weeks = (...sums: number[]) => sums.flatMap((sum) => [sum, 0, 0, 0, 0, 0, 0])

  it('is by the variation of weeks, whatever the days do', () => {
    expect(xyzClass(weeks(10, 10, 10, 10))).toBe('X')
    expect(xyzClass(weeks(5, 15, 5, 15))).toBe('X')
    expect(xyzClass(weeks(2, 20, 2, 20))).toBe('Y')
    expect(xyzClass(weeks(0, 0, 0, 20))).toBe('Z')
  })

  it('leaves out a week that is not whole, and says nothing of too little', () => {
    expect(xyzClass([900, ...weeks(10, 10, 10, 10)])).toBe('X')
    expect(xyzClass(weeks(1, 1, 1))).toBeUndefined()
    expect(xyzClass(weeks(0, 0, 0, 0, 0))).toBeUndefined()
    expect(xyzClass([NaN, ...weeks(10, 10, 10, Infinity)])).toBe('Y')
  })
})

describe('stock that lies', () => {
  it('is dead when nothing was sold for long, and it was there to be sold', () => {
    expect(isDeadStock({ onHand: 3, daysSinceSale: 120, daysOnSale: 400 })).toBe(true)
    expect(isDeadStock({ onHand: 3, daysSinceSale: null, daysOnSale: 95 })).toBe(true)
    expect(isDeadStock({ onHand: 3, daysSinceSale: null, daysOnSale: 10 })).toBe(false)
    expect(isDeadStock({ onHand: 3, daysSinceSale: 89, daysOnSale: 400 })).toBe(false)
    expect(isDeadStock({ onHand: 0, daysSinceSale: 120, daysOnSale: 400 })).toBe(false)
  })

  it('is too much beyond what even a good quarter would ask for', () => {
    const options = { days: 90, probability: 0.95 }
    // Poisson of mean 9 has its .95 quantile at 14.
    expect(overstock(poisson(0.1), { ...options, onHand: 20 })).toBe(6)
    expect(overstock(poisson(0.1), { ...options, onHand: 10 })).toBe(0)
    expect(overstock(() => NaN, { ...options, onHand: 10 })).toBeUndefined()
  })
})
