import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate } from '../../../models/inventory/allocate.ts'
import { blocking, copiesNeeded, copiesOut, copiesToBuy } from '../../../models/inventory/rental-copies.ts'
import { ledgerAt, shrinkRate, summariseStocktake } from '../../../models/inventory/stocktake.ts'

describe('copies to rent out', () => {
  /** Loads that so many lines carry at this blocking, of the published Erlang B tables. */
  it.each([
    [1, 0.01, 0.0101],
    [5, 0.01, 1.36],
    [10, 0.01, 4.46],
    [15, 0.01, 8.108],
    [20, 0.01, 12.0],
    [30, 0.01, 20.3],
    [100, 0.01, 84.1],
    [10, 0.001, 3.09],
    [10, 0.02, 5.08],
    [30, 0.02, 21.9],
    [10, 0.05, 6.22]
  ])('%i of them turn away %d of a load of %d', (copies, share, load) => {
    expect(Math.abs(blocking(load, copies) / share - 1)).toBeLessThan(0.03)
  })

  it('are the fewest that are enough', () => {
    expect(copiesNeeded(10, 0.99)).toEqual({ ok: true, copies: 18 })
    expect(copiesNeeded(copiesOut({ rentalsPerDay: 2, meanDays: 5 }), 0.99)).toEqual({ ok: true, copies: 18 })
    expect(copiesToBuy({ load: 10, service: 0.99, owned: 15 })).toEqual({ ok: true, copies: 3 })
    expect(copiesToBuy({ load: 10, service: 0.99, owned: 30 })).toEqual({ ok: true, copies: 0 })
    expect(copiesNeeded(0, 0.99)).toEqual({ ok: true, copies: 0 })
  })

  it('agree with the sum of the textbook, a^n / n! over the sum of a^k / k!', () => {
    for (const load of [0.3, 4, 40]) {
      for (const copies of [1, 7, 50]) {
        let [term, sum] = [1, 1]
        for (let k = 1; k <= copies; k++) sum += term *= load / k
        expect(blocking(load, copies)).toBeCloseTo(term / sum, 12)
      }
    }
  })

  it('can be very many', () => {
    expect(blocking(100_000, 100_000)).toBeCloseTo(Math.sqrt(2 / (Math.PI * 100_000)), 4)
    const many = copiesNeeded(1_000_000, 0.99)
    expect(many.ok && many.copies > 980_000 && many.copies < 1_000_000).toBe(true)
    for (const load of [NaN, -1, 1e9, Infinity])
      expect(copiesNeeded(load, 0.99)).toEqual({ ok: false, reason: 'no load' })
    expect(copiesNeeded(1, 1)).toMatchObject({ ok: false })
  })
})

describe('an allocation', () => {
  const requests = [
    { account_id: 'a', units: 60, priority: 1 },
    { account_id: 'b', units: 30, priority: 2 },
    { account_id: 'c', units: 10, priority: 1 }
  ]
  const given = (result: ReturnType<typeof allocate>) =>
    result.ok ? result.allocations.map(({ allocated }) => allocated) : result.reason

  it('shares by what was asked for', () => {
    expect(given(allocate(requests, { available: 50, by: 'proportion' }))).toEqual([30, 15, 5])
    expect(given(allocate(requests, { available: 1000, by: 'proportion' }))).toEqual([60, 30, 10])
    expect(given(allocate(requests, { available: -3, by: 'proportion' }))).toEqual([0, 0, 0])
  })

  it('or serves those of a higher priority first', () => {
    expect(given(allocate(requests, { available: 44, by: 'priority' }))).toEqual([12, 30, 2])
    expect(given(allocate(requests, { available: 20, by: 'priority' }))).toEqual([0, 20, 0])
  })

  it('gives away all that is wanted in whole packs, to nobody more than asked, whatever the order', () => {
    const cases = fc.record({
      units: fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 3 })), {
        maxLength: 12
      }),
      available: fc.integer({ min: 0, max: 5000 }),
      packSize: fc.integer({ min: 1, max: 24 }),
      by: fc.constantFrom('proportion' as const, 'priority' as const)
    })
    fc.assert(
      fc.property(cases, ({ units, ...options }) => {
        const asked = units.map(([own, priority], at) => ({ account_id: `${at}`, units: own, priority }))
        const result = allocate(asked, options)
        if (!result.ok) throw new Error(result.reason)
        const { packSize } = options
        const packs = asked.reduce((sum, own) => sum + Math.floor(own.units / packSize), 0)
        const sum = result.allocations.reduce((all, own) => all + own.allocated, 0)
        expect(sum).toBe(packSize * Math.min(packs, Math.floor(options.available / packSize)))
        expect(sum + result.left).toBe(options.available)
        for (const { allocated, requested } of result.allocations) {
          expect(allocated % packSize).toBe(0)
          expect(allocated).toBeLessThanOrEqual(requested)
        }
        const turned = allocate(asked.toReversed(), options)
        expect(turned.ok && turned.allocations.toReversed()).toEqual(result.allocations)
      }),
      { seed: 7, numRuns: 200 }
    )
  })

  it.each([
    [requests, { available: NaN }, 'stock is not known'],
    [requests, { available: 5, packSize: 0 }, 'pack size is not a whole number from 1'],
    [[{ account_id: 'a', units: -1 }], { available: 5 }, 'a request is not a number of units'],
    [[{ account_id: 'a', units: 1.5 }], { available: 5 }, 'a request is not a number of units'],
    [[...requests, { account_id: 'a', units: 1 }], { available: 5 }, 'an account asks twice']
  ])('of %j with %j is refused: %s', (asked, options, reason) => {
    expect(allocate(asked, { ...options, by: 'proportion' })).toEqual({ ok: false, reason })
  })
})

describe('a stocktake', () => {
  it('compares with what was there at the instant of the count', () => {
    const movements = [
      { occurredAtMs: 30, units: -2 },
      { occurredAtMs: 10, units: 20 },
      { occurredAtMs: 20, units: -5 }
    ]
    expect([5, 10, 20, 25, 99].map((instant) => ledgerAt(movements, instant))).toEqual([0, 20, 15, 15, 13])
    expect(ledgerAt([], 5)).toBe(0)
  })

  it('adds up what is missing and what was found, by reason, and refuses what is no count', () => {
    const result = summariseStocktake([
      { product_id: 'lost', counted: 7, expected: 10, unitCost: 4, reason: 'theft' },
      { product_id: 'found', counted: 6, expected: 5, unitCost: 2 },
      { product_id: 'right', counted: 5, expected: 5, unitCost: 2 },
      { product_id: 'more lost', counted: 0, expected: 1, unitCost: 50, reason: 'theft' },
      { product_id: 'absurd', counted: -1, expected: 5, unitCost: 2 }
    ])
    expect(result).toMatchObject({
      counted: 4,
      accuracy: 0.25,
      net_units: -3,
      net_value: -60,
      lost_value: 62,
      found_value: 2,
      by_reason: { theft: -62, 'not said': 2 },
      rejected: ['absurd']
    })
    expect(result.variances.map(({ product_id }) => product_id)).toEqual(['more lost', 'lost', 'found'])
    expect(shrinkRate({ netValue: result.net_value, sales: 3000 })).toBe(0.02)
    expect(shrinkRate({ netValue: -60, sales: 0 })).toBeNull()
    expect(summariseStocktake([])).toMatchObject({ counted: 0, accuracy: null, net_value: 0 })
  })
})
