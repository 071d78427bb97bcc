import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addClick,
  buildSessionIndex,
  createSessionIndex,
  type Click,
  type SessionIndexOptions
} from '../../../models/recommend/session-index.ts'
import {
  createSessionNeighbours,
  vmisKnn,
  type SessionSettings
} from '../../../models/recommend/session-neighbours.ts'
import { columnsOf, rememberSlowly, scoreSlowly } from './slow-sessions.ts'

const SEED = 1
const ITEMS = 8

/** Few times, so that many are equal. */
const anyClicks: fc.Arbitrary<Click[]> = fc.array(
  fc.record({ session: fc.nat(9), item: fc.nat(ITEMS - 1), atMs: fc.nat(6) }),
  { maxLength: 60 }
)
const anySession = fc.array(fc.nat(ITEMS + 1), { maxLength: 6 })
const anySettings: fc.Arbitrary<SessionSettings> = fc.record({
  lastItemsMax: fc.integer({ min: 1, max: 5 }),
  recentSessionsMax: fc.integer({ min: 1, max: 8 }),
  neighboursMax: fc.integer({ min: 1, max: 6 }),
  itemDecay: fc.constantFrom<SessionSettings['itemDecay']>('linear', 0, 0.7),
  idfExponent: fc.constantFrom(0, 1, 2),
  distanceDecay: fc.constantFrom(0, 0.5),
  returnWeight: fc.constantFrom(0, 1, 2)
})
const anyBounds: fc.Arbitrary<SessionIndexOptions> = fc.record({
  sessionsMax: fc.integer({ min: 1, max: 8 }),
  sessionItemsMax: fc.integer({ min: 1, max: 5 })
})
const ample = { sessionsMax: 100, sessionItemsMax: 20 }
const heard: SessionSettings = { ...vmisKnn, lastItemsMax: 4, distanceDecay: 0.5, returnWeight: 2 }

const indexOf = (clicks: readonly Click[], bounds = ample) => buildSessionIndex(columnsOf(clicks), bounds)
const everything = { k: 100 }
const byTime = (clicks: readonly Click[]) => clicks.toSorted((a, b) => a.atMs - b.atMs)

describe('session neighbours', () => {
  it('score as a slow, obvious version does, and what each item of the session gave', () => {
    fc.assert(
      fc.property(anyClicks, anyBounds, anySession, anySettings, (clicks, bounds, session, settings) => {
        const best = createSessionNeighbours(indexOf(clicks, bounds), settings)(session, everything)
        const slow = scoreSlowly(rememberSlowly(byTime(clicks), bounds), session, settings)
        const scored = [...slow].filter(([, { score }]) => score > 0)
        expect([...best.indexes].toSorted()).toEqual(scored.map(([item]) => item).toSorted())
        best.indexes.forEach((item, rank) => {
          const { score = NaN, parts = [] } = slow.get(item) ?? {}
          expect(best.scores[rank]).toBeCloseTo(score, 4)
          parts.forEach((part, at) =>
            expect(best.parts[rank * best.speakers.length + at]).toBeCloseTo(part, 6)
          )
        })
      }),
      { seed: SEED, numRuns: 400 }
    )
  })

  it('do not care how sessions are numbered', () => {
    fc.assert(
      fc.property(anyClicks, anyBounds, anySession, (clicks, bounds, session) => {
        const renumbered = clicks.map((click) => ({ ...click, session: 1_000 - 7 * click.session }))
        const [a, b] = [clicks, renumbered].map((some) =>
          createSessionNeighbours(indexOf(some, bounds), heard)(session, everything)
        )
        expect(b).toEqual(a)
      }),
      { seed: SEED }
    )
  })

  it('say nothing to an empty session, or about items that nobody ever clicked', () => {
    const index = indexOf([
      { session: 0, item: 1, atMs: 1 },
      { session: 0, item: 2, atMs: 2 }
    ])
    const recommend = createSessionNeighbours(index, heard)
    for (const session of [[], [7], [1_000_000]])
      expect(recommend(session, everything).indexes).toHaveLength(0)
    expect([...recommend([7, 1], everything).indexes].toSorted()).toEqual([1, 2])
  })

  it('leave out what is excluded, and answer the same the second time', () => {
    const index = indexOf(anyDay())
    const recommend = createSessionNeighbours(index, heard)
    const options = { k: 3, excluded: (item: number) => item === 2 }
    const first = recommend([2, 3], options)
    expect(first.indexes).not.toContain(2)
    expect(first.indexes).toHaveLength(3)
    recommend([5], everything)
    expect(recommend([2, 3], options)).toEqual(first)
  })
})

describe('the index of sessions', () => {
  it('grows click by click into what it would have been built as', () => {
    fc.assert(
      fc.property(anyClicks, anyBounds, (clicks, bounds) => {
        const grown = createSessionIndex(bounds)
        for (const click of byTime(clicks)) addClick(grown, click)
        expect(grown).toEqual(indexOf(clicks, bounds))
      }),
      { seed: SEED }
    )
  })

  it('keeps its order when clicks come late', () => {
    fc.assert(
      fc.property(anyClicks, anyBounds, anySession, anySettings, (clicks, bounds, session, settings) => {
        const index = createSessionIndex(bounds)
        for (const click of clicks) addClick(index, click)
        const best = createSessionNeighbours(index, settings)(session, everything)
        const slow = scoreSlowly(rememberSlowly(clicks, bounds), session, settings)
        best.indexes.forEach((item, rank) =>
          expect(best.scores[rank]).toBeCloseTo(slow.get(item)?.score ?? NaN, 4)
        )
      }),
      { seed: SEED, numRuns: 200 }
    )
  })

  it('lets the sessions go that rested longest, and what only they held', () => {
    const index = createSessionIndex({ sessionsMax: 2, sessionItemsMax: 5 })
    const add = (session: number, item: number, atMs: number) => addClick(index, { session, item, atMs })
    add(1, 10, 1)
    add(2, 20, 2)
    add(1, 11, 3)
    add(3, 30, 4)
    expect([...index.slots.keys()].toSorted()).toEqual([1, 3])
    expect(index.counts[20]).toBe(0)
    add(4, 40, 0)
    expect(index.slots.has(4)).toBe(false)
    expect(index.entryCount).toBe(3)
  })

  it('holds a long-lived shop in the memory of its bounds', () => {
    const index = createSessionIndex({ sessionsMax: 10, sessionItemsMax: 5 })
    const bytes = () => index.items.byteLength + index.newer.byteLength + index.older.byteLength
    const before = bytes()
    for (const click of anyDay(2_000)) addClick(index, click)
    expect(bytes()).toBe(before)
    expect(index.slots.size).toBe(10)
    expect(index.entryCount).toBeLessThanOrEqual(50)
  })

  it('refuses bounds that it cannot number', () => {
    expect(() => createSessionIndex({ sessionsMax: 2 ** 28, sessionItemsMax: 20 })).toThrow('2^31')
  })
})

function anyDay(count = 200): Click[] {
  return Array.from({ length: count }, (_, at) => ({
    session: Math.floor(at / 5),
    item: (at * 7 + Math.floor(at / 3)) % 9,
    atMs: at
  }))
}
