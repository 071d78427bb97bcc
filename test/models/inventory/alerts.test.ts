import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  followStock,
  thresholdsFrom,
  UNKNOWN,
  type AlertState,
  type Reading
} from '../../../models/inventory/alerts.ts'
import { digestOf, type Addressed } from '../../../models/inventory/digest.ts'
import type { Snooze } from '../../../models/inventory/notices.ts'

const thresholds = { raise_at: 10, clear_above: 12 }
const readings = (...units: number[]): Reading[] => units.map((own, at) => ({ atMs: at + 1, units: own }))

function tell(units: number[], options: { snooze?: Snooze; before?: AlertState } = {}) {
  const { before = UNKNOWN, snooze } = options
  const { state, events, notices } = followStock(before, readings(...units), { thresholds, snooze })
  return {
    state,
    events: events.map(({ type, atMs }) => `${type === 'stock_alert_raised' ? 'raised' : 'cleared'} ${atMs}`),
    notices: notices.map(({ kind, atMs }) => `${kind} ${atMs}`)
  }
}

describe('an alert', () => {
  it('is raised once on crossing and not again while the stock hovers, and cleared above the higher line', () => {
    expect(tell([20, 10, 11, 9, 12, 10, 13, 12, 11, 10]).events).toEqual([
      'raised 2',
      'cleared 7',
      'raised 10'
    ])
    expect(tell([11, 12, 11]).events).toEqual([])
    expect(tell([3]).events).toEqual(['raised 1'])
  })

  it('follows thresholds that somebody moved', () => {
    const { state } = tell([20])
    const follow = (raiseAt: number) =>
      followStock(state, [{ atMs: 2, units: 20 }], { thresholds: thresholdsFrom(raiseAt) }).events
    expect(follow(20)).toMatchObject([{ type: 'stock_alert_raised', units: 20 }])
    expect(follow(19)).toEqual([])
    expect(thresholdsFrom(20)).toEqual({ raise_at: 20, clear_above: 22 })
    expect(thresholdsFrom(0)).toEqual({ raise_at: 0, clear_above: 1 })
  })

  it('takes no number that is none', () => {
    const odd = [
      { atMs: 1, units: NaN },
      { atMs: NaN, units: 3 },
      { atMs: Infinity, units: 3 }
    ]
    expect(followStock(UNKNOWN, odd, { thresholds })).toEqual({ state: UNKNOWN, events: [], notices: [] })
    for (const wrong of [
      { raise_at: NaN, clear_above: 3 },
      { raise_at: 5, clear_above: 4 }
    ])
      expect(followStock(UNKNOWN, readings(1), { thresholds: wrong }).events).toEqual([])
  })
})

const someReadings = fc.array(
  fc.record({ atMs: fc.integer({ min: 1, max: 30 }), units: fc.integer({ min: 0, max: 20 }) }),
  { maxLength: 40 }
)
const someSnooze = fc.option(
  fc.record(
    {
      atMs: fc.integer({ min: 1, max: 30 }),
      untilMs: fc.integer({ min: 1, max: 40 }),
      worseBelow: fc.integer({ min: 0, max: 10 })
    },
    { requiredKeys: ['atMs'] }
  ),
  { nil: undefined }
)
const RUNS = { seed: 7, numRuns: 500 }

describe('the laws of alerts', () => {
  it('raises and clears in turn, however the readings are cut into deliveries', () => {
    fc.assert(
      fc.property(fc.array(someReadings, { maxLength: 5 }), someSnooze, (deliveries, snooze) => {
        let state = UNKNOWN
        const types: string[] = []
        for (const delivery of deliveries) {
          const followed = followStock(state, delivery, { thresholds, snooze })
          state = followed.state
          types.push(...followed.events.map(({ type }) => type))
        }
        types.forEach((type, at) =>
          expect(type).toBe(at % 2 === 0 ? 'stock_alert_raised' : 'stock_alert_cleared')
        )
        expect(state.raised_at !== null).toBe(types.length % 2 === 1)
      }),
      RUNS
    )
  })

  it('does not depend on the order of the readings', () => {
    const shuffled = someReadings.chain((own) =>
      fc.tuple(fc.constant(own), fc.shuffledSubarray(own, { minLength: own.length }))
    )
    fc.assert(
      fc.property(shuffled, someSnooze, ([own, other], snooze) => {
        const options = { thresholds, snooze }
        expect(followStock(UNKNOWN, other, options)).toEqual(followStock(UNKNOWN, own, options))
      }),
      RUNS
    )
  })

  it('says nothing at the second delivery, and the same in two deliveries as in one', () => {
    fc.assert(
      fc.property(someReadings, someSnooze, fc.integer({ min: 0, max: 31 }), (own, snooze, cutMs) => {
        const options = { thresholds, snooze }
        const whole = followStock(UNKNOWN, own, options)
        expect(followStock(whole.state, own, options)).toEqual({ ...whole, events: [], notices: [] })
        const first = followStock(
          UNKNOWN,
          own.filter(({ atMs }) => atMs <= cutMs),
          options
        )
        const second = followStock(first.state, own, options)
        expect(second.state).toEqual(whole.state)
        expect([...first.events, ...second.events]).toEqual(whole.events)
        expect([...first.notices, ...second.notices]).toEqual(whole.notices)
      }),
      RUNS
    )
  })

  it('agrees with a slow reading of the rules, one instant after the other', () => {
    fc.assert(
      fc.property(someReadings, (own) => {
        const slow: string[] = []
        for (let now = 1, isRaised = false; now <= 30; now++) {
          const here = own.filter(({ atMs }) => atMs === now).map(({ units }) => units)
          if (here.length === 0) continue
          const units = Math.min(...here)
          if (!isRaised && units <= 10) slow.push(`raised ${now}`)
          if (isRaised && units > 12) slow.push(`cleared ${now}`)
          isRaised = units <= 10 || (isRaised && units <= 12)
        }
        const { events } = followStock(UNKNOWN, own, { thresholds })
        expect(
          events.map(({ type, atMs }) => `${type === 'stock_alert_raised' ? 'raised' : 'cleared'} ${atMs}`)
        ).toEqual(slow)
      }),
      RUNS
    )
  })

  it('tells people at most once of each crossing, where nobody snoozes', () => {
    fc.assert(
      fc.property(someReadings, (own) => {
        const { events, notices } = followStock(UNKNOWN, own, { thresholds })
        expect(notices.map(({ kind, atMs }) => [`stock_alert_${kind}`, atMs])).toEqual(
          events.map(({ type, atMs }) => [type, atMs])
        )
      }),
      RUNS
    )
  })
})

describe('a snooze', () => {
  it('keeps quiet until its time, and then says that it is not over, once', () => {
    const snooze = { atMs: 2, untilMs: 5 }
    const { events, notices } = tell([9, 9, 8, 8, 8, 8], { snooze })
    expect(events).toEqual(['raised 1'])
    expect(notices).toEqual(['raised 1', 'still 5'])
  })

  it('breaks when it gets worse than was accepted, once', () => {
    const snooze = { atMs: 2, worseBelow: 5 }
    expect(tell([9, 8, 5, 4, 6, 3], { snooze }).notices).toEqual(['raised 1', 'worse 4'])
  })

  it('without an end is over with the shortage', () => {
    const snooze = { atMs: 2 }
    const { events, notices } = tell([9, 8, 2, 20, 9], { snooze })
    expect(events).toEqual(['raised 1', 'cleared 4', 'raised 5'])
    expect(notices).toEqual(['raised 1', 'raised 5'])
  })

  it('of a time holds for the next shortage too, and events are kept all the same', () => {
    const snooze = { atMs: 1, untilMs: 6 }
    const { events, notices } = tell([20, 9, 20, 9, 9, 9], { snooze })
    expect(events).toEqual(['raised 2', 'cleared 3', 'raised 4'])
    expect(notices).toEqual(['still 6'])
  })
})

describe('a digest', () => {
  const notice = (product_id: string, over: Partial<Addressed> = {}): Addressed => ({
    product_id,
    kind: 'raised',
    alert: 'low_stock',
    group: 'buyer',
    atMs: 1,
    units: 5,
    ...over
  })

  it('is one message a group, the worst first, with the last word of each product', () => {
    const digests = digestOf([
      notice('low', { units: 3 }),
      notice('lower', { units: 2 }),
      notice('out', { alert: 'stock_out', units: 0 }),
      notice('over', { kind: 'cleared', units: 1 }),
      notice('low', { kind: 'still', atMs: 2, units: 1 }),
      notice('other', { group: 'another' })
    ])
    expect(digests.map(({ group, lines }) => [group, ...lines.map(({ product_id }) => product_id)])).toEqual([
      ['another', 'other'],
      ['buyer', 'out', 'low', 'lower', 'over']
    ])
  })

  it('leaves out what was raised and cleared in between, and what is beyond its length', () => {
    expect(digestOf([notice('a', { kind: 'cleared', atMs: 2 }), notice('a')])).toEqual([])
    const many = Array.from({ length: 5 }, (_, at) => notice(`${at}`))
    expect(digestOf(many, 3)).toMatchObject([{ group: 'buyer', left_out: 2 }])
    expect(digestOf([])).toEqual([])
  })

  it('does not depend on the order of what it is given', () => {
    const some = fc.array(
      fc.record({
        product_id: fc.constantFrom('a', 'b', 'c'),
        kind: fc.constantFrom('raised' as const, 'still' as const, 'cleared' as const),
        alert: fc.constantFrom('low_stock' as const, 'stock_out' as const),
        group: fc.constantFrom('x', 'y'),
        atMs: fc.integer({ min: 1, max: 5 }),
        units: fc.integer({ min: 0, max: 9 })
      }),
      { maxLength: 20 }
    )
    fc.assert(
      fc.property(some, (own) => {
        expect(digestOf(own.toReversed())).toEqual(digestOf(own))
      }),
      { seed: 7 }
    )
  })
})
