import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanHistory } from '../../../models/forecast/clean-history.ts'
import { stateOf } from '../../../models/forecast/history-state.ts'

const LAST_DAY = 20_000
const clean = (rows: { day: number; units: number }[]) => cleanHistory(rows, { lastDay: LAST_DAY })

describe('a history from rows as they come', () => {
  it('begins with the first sale, ends with the last day, and counts a gap as nothing sold', () => {
    const { units, notes } = clean([
      { day: LAST_DAY - 1, units: 2 },
      { day: LAST_DAY - 4, units: 3 },
      { day: LAST_DAY - 9, units: 0 }
    ])
    expect([...units]).toEqual([3, 0, 0, 2, 0])
    expect(notes).toEqual([])
  })

  it('leaves out what cannot be, and says so', () => {
    const { units, notes } = clean([
      { day: LAST_DAY, units: 1 },
      { day: LAST_DAY + 1, units: 5 },
      { day: LAST_DAY + 700, units: 5 },
      { day: LAST_DAY, units: -4 },
      { day: NaN, units: 1 },
      { day: LAST_DAY, units: Infinity },
      { day: -1e15, units: 1 }
    ])
    expect([...units]).toEqual([1])
    expect(notes).toEqual([
      '2 rows are no numbers and were left out',
      '2 rows in the future were left out',
      '1 row of more than four years ago was left out',
      '1 return was left out: it is no demand'
    ])
  })

  it('adds a day up that comes twice, as when clocks are put back', () => {
    const { units, notes } = clean([
      { day: LAST_DAY, units: 2 },
      { day: LAST_DAY, units: 3 }
    ])
    expect([...units]).toEqual([5])
    expect(notes).toEqual(['1 row of a day that came before was added to it'])
  })

  it('takes an absurd spike for a slip of the pen, but no single sale and no wholesale order', () => {
    const days = Array.from({ length: 10 }, (_, back) => ({ day: LAST_DAY - back, units: 2 }))
    const spiked = clean([...days, { day: LAST_DAY - 10, units: 1_000_000 }])
    expect(spiked.units[0]).toBe(200)
    expect(spiked.notes).toEqual(['1 day sold over a hundred times the others’ mean and counts as that much'])
    expect(clean([...days, { day: LAST_DAY - 10, units: 150 }]).units[0]).toBe(150)
    expect(clean([{ day: LAST_DAY, units: 5000 }]).units[0]).toBe(5000)
  })

  it('does not care in which order rows come', () => {
    const row = fc.record({
      day: fc.integer({ min: LAST_DAY - 50, max: LAST_DAY + 3 }),
      units: fc.integer({ min: -3, max: 50 })
    })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        expect(clean(rows.toReversed())).toEqual(clean(rows))
      }),
      { seed: 7, numRuns: 100 }
    )
  })

  it('is numbers from 0 up with a state and a sentence, whatever the rows are', () => {
    const any = fc.oneof(fc.double(), fc.integer({ min: LAST_DAY - 100, max: LAST_DAY }), fc.integer())
    fc.assert(
      fc.property(fc.array(fc.record({ day: any, units: any }), { maxLength: 60 }), any, (rows, lastDay) => {
        for (const last of [LAST_DAY, lastDay]) {
          const { units } = cleanHistory(rows, { lastDay: last })
          expect(units.every((value) => value >= 0 && value < Infinity)).toBe(true)
          expect(units.length).toBeLessThanOrEqual(1461)
          expect(stateOf(units).why).not.toMatch(/NaN|undefined/)
        }
      }),
      { seed: 7, numRuns: 300 }
    )
  })
})

describe('the state of a history', () => {
  const sold = (length: number, days: number[]) =>
    Float64Array.from({ length }, (_, day) => (days.includes(day) ? 1 : 0))

  it.each([
    ['never sold', new Float64Array()],
    ['never sold', sold(40, [])],
    ['new', sold(5, [0, 2])],
    ['new', sold(60, [50])],
    ['too little history', sold(30, [0])],
    ['dormant', sold(200, [0, 5, 9, 20])],
    ['active', sold(30, [0, 20])]
  ] as const)('is %s', (state, units) => {
    expect(stateOf(units).state).toBe(state)
  })

  it('says why in a sentence', () => {
    expect(stateOf(sold(30, [0])).why).toBe('sold on one day of 30 only; it is forecast as products like it')
    expect(stateOf(sold(200, [0, 5, 9, 20])).why).toBe(
      'no sale for 179 days, too long for what sold on 4 days before'
    )
  })
})
