import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stockOut, stockOutChances } from '../../../models/inventory/stock-out.ts'
import { chance, normal, poisson, poissonDraw } from './demands.ts'

/** Days one by one, thousands of times: when a shelf first could not give the next one. */
function simulate(
  rate: number,
  { available, arrivals = [] }: { available: number; arrivals?: { days: number; units: number }[] }
): (number | null)[] {
  const next = chance(5)
  const firsts = Array.from({ length: 4000 }, () => {
    let left = available
    for (let day = 1; day <= 84; day++) {
      for (const { days, units } of arrivals) if (days === day) left += units
      left -= poissonDraw(rate, next)
      if (left <= 0) return day
    }
    return Infinity
  }).toSorted((a, b) => a - b)
  return [0.1, 0.5, 0.9].map((share) => {
    const day = firsts[Math.floor(share * firsts.length)] ?? Infinity
    return day === Infinity ? null : day
  })
}

describe('the day on which stock runs out', () => {
  it('is that of a slow simulation', () => {
    for (const [rate, available] of [
      [2, 30],
      [0.3, 5],
      [0.05, 2]
    ] as const) {
      const slow = simulate(rate, { available })
      const fast = stockOut(poisson(rate), { available })
      if (!fast.ok) throw new Error(fast.reason)
      for (const [at, day] of [fast.p10, fast.p50, fast.p90].entries()) {
        const other = slow[at] ?? null
        if (day === null || other === null) expect(day).toBe(other)
        else expect(Math.abs(day - other)).toBeLessThanOrEqual(1 + 0.05 * other)
      }
    }
  })

  it('is before a delivery that comes too late, and after one that comes in time', () => {
    const steady = normal({ mean: 10, sd: 0 })
    const dayOf = (days: number) => {
      const out = stockOut(steady, { available: 50, arrivals: [{ days, units: 100 }] })
      return out.ok ? out.p50 : undefined
    }
    expect([3, 5, 6, 7].map(dayOf)).toEqual([15, 15, 5, 5])
  })

  it('is near that of a slow simulation with deliveries', () => {
    const supply = { available: 25, arrivals: [{ days: 8, units: 30 }] }
    const [p10, p50] = simulate(2, supply)
    const fast = stockOut(poisson(2), supply)
    if (!fast.ok || p10 == null || p50 == null) throw new Error('no date')
    expect(Math.abs((fast.p10 ?? 0) - p10)).toBeLessThanOrEqual(2)
    expect(Math.abs((fast.p50 ?? 0) - p50)).toBeLessThanOrEqual(2)
  })

  it('comes in order, chances never fall, and more stock never runs out sooner', () => {
    const cases = fc.record({
      rate: fc.double({ min: 0.01, max: 5, noNaN: true }),
      available: fc.integer({ min: -5, max: 100 }),
      arrivals: fc.array(
        fc.record({ days: fc.integer({ min: -3, max: 100 }), units: fc.integer({ min: -5, max: 50 }) }),
        { maxLength: 4 }
      )
    })
    fc.assert(
      fc.property(cases, ({ rate, available, arrivals }) => {
        const out = stockOut(poisson(rate), { available, arrivals })
        const more = stockOut(poisson(rate), { available: available + 5, arrivals })
        if (!out.ok || !more.ok) throw new Error('no date')
        const days = [out.p10, out.p50, out.p90].map((day) => day ?? Infinity)
        expect(days).toEqual(days.toSorted((a, b) => a - b))
        const later = [more.p10, more.p50, more.p90].map((day) => day ?? Infinity)
        later.forEach((day, at) => expect(day).toBeGreaterThanOrEqual(days[at] ?? 0))
        let before = 0
        for (const { chance: own } of stockOutChances(poisson(rate), { available, arrivals })) {
          expect(own).toBeGreaterThanOrEqual(before - 1e-9)
          expect(own).toBeLessThanOrEqual(1)
          before = own
        }
      }),
      { seed: 7, numRuns: 60 }
    )
  })

  it('is now where nothing is left, beyond the horizon where nothing is asked for, and unknown without a forecast', () => {
    expect(stockOut(poisson(1), { available: 0 })).toMatchObject({ p10: 0, p50: 0, p90: 0 })
    expect(stockOut(() => 0, { available: 3 })).toMatchObject({ p10: null, p50: null, p90: null })
    expect(stockOut(() => NaN, { available: 3 })).toEqual({ ok: false, reason: 'no forecast' })
    expect(stockOut(poisson(1), { available: NaN })).toEqual({ ok: false, reason: 'stock is not known' })
  })
})
