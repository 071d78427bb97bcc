import { describe, expect, it } from 'vitest'
import { compareRecalls, isWorse, sayComparison, whyTooFew } from '../../../models/recommend/guard.ts'
import { DAY_MS } from '../../../models/recommend/recommender.ts'
import { chooseSplit, interactionsUntil } from '../../../models/recommend/time-split.ts'
import { interactionsOf, NOW_MS } from './generate.ts'

const facts = { works: 100, bought_together: 80, similar: 90, popular: 50 }

describe('the guard', () => {
  it('lets go what is as large as what is served, or a little smaller', () => {
    expect(whyTooFew(facts, facts)).toBeUndefined()
    expect(whyTooFew({ works: 85, bought_together: 50, similar: 50, popular: 25 }, facts)).toBeUndefined()
  })

  it('stops a catalogue that lost a fifth, and lists that are gone for more than half', () => {
    expect(whyTooFew({ ...facts, works: 79 }, facts)).toBe('79 works, where 100 are served')
    expect(whyTooFew({ ...facts, similar: 44 }, facts)).toBe('44 works in similar, where 90 are served')
    expect(whyTooFew({ ...facts, popular: 0 }, facts)).toBe('0 works in popular, where 50 are served')
  })

  it('has nothing against a shop that is still empty', () => {
    const nothing = { works: 0, bought_together: 0, similar: 0, popular: 0 }
    expect(whyTooFew(nothing, nothing)).toBeUndefined()
    expect(whyTooFew(facts, nothing)).toBeUndefined()
  })

  it('calls worse only what is worse beyond chance, customer by customer', () => {
    const served = Array.from({ length: 200 }, (_, user) => (user % 10) / 10)
    const some = compareRecalls(
      served.map((recall, user) => recall + (user % 2 === 0 ? 0.1 : -0.1)),
      served
    )
    expect(isWorse(some)).toBe(false)
    const worse = compareRecalls(
      served.map((recall, user) => recall - (user % 5 === 0 ? 0.1 : 0)),
      served
    )
    expect(isWorse(worse)).toBe(true)
    expect(worse.served - worse.next).toBeCloseTo(0.02, 10)
    expect(sayComparison(worse)).toMatch(
      /^recall@20 0\.4300 against 0\.4500 of the served settings \(difference -0\.\d+ to -0\.\d+, 200 customers\)$/
    )
    expect(isWorse(compareRecalls(served, served))).toBe(false)
  })
})

describe('the split in time', () => {
  /** Customers who buy one new work every `every` days, for 200 days. */
  const shopOf = (customerCount: number, every: number) => {
    const rows = Array.from({ length: 200 }, (_, day) => 199 - day).flatMap((daysAgo) =>
      Array.from({ length: customerCount }, (_, customer) => ({ customer, daysAgo })).filter(
        ({ customer }) => (daysAgo + customer) % every === 0
      )
    )
    return {
      customers: Int32Array.from(rows, ({ customer }) => customer),
      works: Uint32Array.from(rows, ({ daysAgo }) => daysAgo),
      occurredAtMs: Float64Array.from(rows, ({ daysAgo }) => NOW_MS - daysAgo * DAY_MS)
    }
  }
  const options = { endMs: NOW_MS, usersMax: 5_000 }

  it('hides a week when that week has customers enough, and more when it has not', () => {
    expect(chooseSplit(shopOf(1_200, 5), options)).toMatchObject({
      hiddenDays: 7,
      cutMs: NOW_MS - 7 * DAY_MS
    })
    expect(chooseSplit(shopOf(200, 25), options)?.hiddenDays).toBe(30)
  })

  it('says nothing where there is too little to judge by', () => {
    expect(chooseSplit(shopOf(40, 5), options)).toBeUndefined()
    expect(chooseSplit(shopOf(0, 5), options)).toBeUndefined()
  })

  it('shows the models nothing of what is hidden', () => {
    const split = chooseSplit(shopOf(200, 25), options)
    const cutMs = split?.cutMs ?? NaN
    expect(split?.earlier.occurredAtMs.every((atMs) => atMs <= cutMs)).toBe(true)
    const rows = [0, 10, 29, 30, 31, 100].map((daysAgo) => ({ unit: 0, item: 1, daysAgo }))
    expect(interactionsUntil(interactionsOf(rows, 1, 2), cutMs).items).toHaveLength(3)
  })

  it('asks at most so many customers, the same ones every time', () => {
    const few = chooseSplit(shopOf(1_200, 5), { endMs: NOW_MS, usersMax: 100 })?.questions
    expect(few).toHaveLength(100)
    expect(new Set(few?.map(({ customer }) => customer)).size).toBe(100)
    expect(chooseSplit(shopOf(1_200, 5), { endMs: NOW_MS, usersMax: 100 })?.questions).toEqual(few)
  })
})
