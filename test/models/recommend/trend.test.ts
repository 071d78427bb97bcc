import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitPopularity } from '../../../models/recommend/popularity.ts'
import { fitSegments, listOfSegment, type SegmentOptions } from '../../../models/recommend/segments.ts'
import { fitTrend } from '../../../models/recommend/trend.ts'
import { anyRows, interactionsOf, ITEMS, NOW_MS, UNITS, type Row } from './generate.ts'

const SEED = 12
const options = { nowMs: NOW_MS, shortHalfLifeDays: 7, longHalfLifeDays: 60, smoothing: 2 }
const trendOf = (rows: readonly Row[], itemCount = ITEMS) =>
  fitTrend(interactionsOf(rows, UNITS, itemCount), options)
const sold = (item: number, days: readonly number[], weight = 1): Row[] =>
  days.map((daysAgo) => ({ unit: 0, item, daysAgo, weight }))
const days = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step)

describe('trend', () => {
  it('equals its formula', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const sums = (halfLifeDays: number) =>
          Array.from({ length: ITEMS }, (_, item) =>
            rows.reduce((sum, row) => {
              const weight = (row.weight ?? 1) * 0.5 ** ((row.daysAgo ?? 0) / halfLifeDays)
              return row.item === item ? sum + weight : sum
            }, 0)
          )
        const [now, past] = [sums(7), sums(60)]
        const total = (weights: number[]) => weights.reduce((sum, weight) => sum + weight, 0)
        const trend = trendOf(rows)
        now.forEach((S, item) => {
          const expected = ((past[item] ?? 0) * total(now)) / (total(past) || 1)
          expect(trend[item]).toBeCloseTo(Math.max(0, Math.sqrt(S) * Math.log((S + 2) / (expected + 2))), 4)
        })
      }),
      { seed: SEED }
    )
  })

  it('is what rises, not what sells most', () => {
    const classic = sold(0, days(0, 200), 5)
    const rising = [...sold(1, days(30, 200, 10)), ...sold(1, days(0, 10), 2)]
    const fading = sold(2, days(20, 120), 4)
    const trend = trendOf([...classic, ...rising, ...fading], 3)
    expect(trend[1]).toBeGreaterThan(trend[0] ?? NaN)
    expect(trend[2]).toBe(0)
    const popularity = fitPopularity(interactionsOf([...classic, ...rising, ...fading], 1, 3), {
      nowMs: NOW_MS,
      halfLifeDays: 7
    })
    expect(popularity[0]).toBeGreaterThan(popularity[1] ?? NaN)
  })

  it('is nothing when all of the shop rises alike', () => {
    const rows = [0, 1, 2].flatMap((item) => [
      ...sold(item, days(20, 100), item + 1),
      ...sold(item, days(0, 20), 3 * (item + 1))
    ])
    for (const score of trendOf(rows, 3)) expect(score).toBeCloseTo(0, 5)
  })

  it('needs evidence: many sales that double come before two that do, and before a first sale', () => {
    const steady = sold(3, days(0, 200), 40)
    const doubled = (item: number, weight: number) => [
      ...sold(item, days(14, 200, 4), weight),
      ...sold(item, days(0, 14, 4), 2 * weight)
    ]
    const trend = trendOf([...steady, ...doubled(0, 20), ...doubled(1, 1), ...sold(2, [0])], 4)
    expect(trend[0]).toBeGreaterThan(trend[1] ?? NaN)
    expect(trend[0]).toBeGreaterThan(trend[2] ?? NaN)
  })

  it('refuses a past that is shorter than now, and no smoothing', () => {
    const interactions = interactionsOf([], 0, 1)
    expect(() => fitTrend(interactions, { ...options, longHalfLifeDays: 7 })).toThrow('past')
    expect(() => fitTrend(interactions, { ...options, smoothing: 0 })).toThrow('smoothing')
  })
})

describe('lists by segment', () => {
  const names = ['', 'cd', 'vinyl', 'dvd', 'all']
  const count = (interactions: Parameters<SegmentOptions['fit']>[0]) =>
    fitPopularity(interactions, { nowMs: NOW_MS, halfLifeDays: Infinity })
  const fit = (rows: readonly (Row & { segment: number })[], some: Partial<SegmentOptions> = {}) =>
    fitSegments(interactionsOf(rows, UNITS, ITEMS), {
      segmentOf: Uint32Array.from(rows, ({ segment }) => segment),
      names,
      supportMin: 1,
      segmentsMax: 10,
      itemsMax: ITEMS,
      fit: count,
      ...some
    })
  const inSegment = (segment: number, ...items: number[]) => items.map((item) => ({ unit: 0, item, segment }))

  it('are each what its own interactions alone would give, and one of all', () => {
    const anySegments = fc.array(fc.nat(names.length - 1), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(anyRows, anySegments, (some, segments) => {
        const rows = some.map((row, at) => ({ ...row, segment: segments[at] ?? 0 }))
        const lists = fit(rows)
        expect(lists.get('all')).toEqual(fit(rows.map((row) => ({ ...row, segment: 0 }))).get('all'))
        for (const segment of [1, 2, 3]) {
          const own = rows.filter((row) => row.segment === segment)
          const expected = own.length > 0 ? fit(own).get('all') : undefined
          expect(lists.get(names[segment] ?? '')).toEqual(expected)
        }
      }),
      { seed: SEED, numRuns: 50 }
    )
  })

  it('leave out segments that are too small or too many, and those without a name', () => {
    const rows = [
      ...inSegment(1, 1, 1, 2),
      ...inSegment(2, 3, 3, 4),
      ...inSegment(3, 5, 5, 5, 5),
      ...inSegment(0, 6, 6, 6),
      ...inSegment(4, 7)
    ]
    expect([...fit(rows).keys()]).toEqual(['all', 'dvd', 'cd', 'vinyl'])
    expect([...fit(rows, { supportMin: 4 }).keys()]).toEqual(['all', 'dvd'])
    expect([...fit(rows, { segmentsMax: 2 }).keys()]).toEqual(['all', 'dvd', 'cd'])
    expect(fit(rows).get('all')?.indexes).toContain(7)
  })

  it('fall back to all', () => {
    const lists = fit([...inSegment(1, 1, 1, 2), ...inSegment(2, 3)], { supportMin: 2 })
    expect(listOfSegment(lists, ['vinyl', 'cd'])).toBe(lists.get('cd'))
    expect(listOfSegment(lists, ['vinyl'])).toBe(lists.get('all'))
    expect(listOfSegment(lists, [])).toBe(lists.get('all'))
  })
})
