import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIndex, readInteractions } from '../../jobs/interactions.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import { eventSettings, eventWeights, type EventSettings } from '../../models/recommend/event-weights.ts'
import { fitPopularity } from '../../models/recommend/popularity.ts'
import {
  cancelled,
  consented,
  disliked,
  erased,
  eventOf,
  msOf,
  placed,
  refunded,
  rented,
  returned,
  viewed,
  withGift,
  type Who
} from '../ingest/profile-events.ts'
import { openWarehouseShop, type WarehouseShop } from '../ingest/warehouse-shop.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']
const me: Who = { user_id: 'me' }
const guest: Who = { anonymous_id: 'guest' }
const inSession = (who: Who, session_id: string) => ({ ...who, session_id })

/** Trade that each scenario has beside its own, so that behaviour is not scaled down. */
const OTHERS = 20
const others = Array.from({ length: OTHERS }, (_, i) =>
  placed(500 + i, { user_id: `other ${i}` }, `order ${i} of others`, { f: 1 })
)
const upserted = NAMES.map((name) =>
  eventOf(0, {
    type: 'product_upserted',
    product_id: name,
    work_id: name,
    title: name,
    attributes: {},
    price: '5',
    currency: 'GBP'
  })
)
const act = (minute: number, type: string, product_id: string, who: Who, fields: object = {}) =>
  eventOf(minute, { type, product_id, ...who, ...fields })

/** Each is a shop of its own, told apart by what its people and orders are called. */
let shop: WarehouseShop
beforeAll(async () => {
  shop = await openWarehouseShop()
  await shop.send(...upserted)
})
afterAll(async () => shop.close())

async function interactionsOf(events: ShopEvent[], settings: Partial<EventSettings> = {}) {
  for (const table of ['orders', 'behaviour', 'rentals', 'customers'])
    await shop.clickhouse.command({ query: `TRUNCATE TABLE raw.${table}` })
  // A scenario may be told again: the same event would be a repeat, and no event at all.
  const told = [...others, ...events].map((event) => ({ ...event, event_id: randomUUID() }))
  await shop.send(...told)
  return readInteractions(shop.clickhouse, createIndex(NAMES), { ...eventSettings, ...settings })
}

/** What is left of a scenario, works by name, strongest first. */
async function weightsOf(events: ShopEvent[], settings: Partial<EventSettings> = {}) {
  const { items, weights } = await interactionsOf(events, settings)
  const rows = Array.from(items, (item, row) => [NAMES[item], Number(weights[row]?.toFixed(3))] as const)
  return rows.filter(([name]) => name !== 'f').toSorted(byNameThenWeight)
}

const byNameThenWeight = (
  [x, v]: readonly [string | undefined, number],
  [y, w]: readonly [string | undefined, number]
) => (x === y ? w - v : (x ?? '') < (y ?? '') ? -1 : 1)

describe('orders', () => {
  it('count once, however often they are told and whatever follows', async () => {
    const first = placed(1, me, 'o1', { a: 2, b: 1 })
    const paid = eventOf(3, { type: 'order_paid', order_id: 'o1', currency: 'GBP', amount: '15', ...me })
    const again = placed(2, me, 'o1', { a: 2, b: 1 })
    expect(await weightsOf([first, again, paid])).toEqual([
      ['a', 1],
      ['b', 1]
    ])
    expect(await weightsOf([first, again, paid, refunded(4, me, 'o1', { a: 2 })])).toEqual([['b', 1]])
  })

  it('are out for works that came back, were refunded or were called off', async () => {
    expect(
      await weightsOf([
        placed(1, me, 'o1', { a: 1, b: 2, c: 1 }),
        returned(2, me, 'o1', { a: 1, b: 1 }),
        refunded(3, me, 'o1', { a: 1, b: 1 }),
        placed(4, guest, 'o2', { d: 1 }),
        cancelled(5, guest, 'o2')
      ])
    ).toEqual([
      ['b', 1],
      ['c', 1]
    ])
  })

  it('are out when a credit note of the same customer takes back all that they ever bought', async () => {
    expect(
      await weightsOf([
        placed(1, me, 'o1', { a: 1, b: 1 }),
        placed(2, me, 'o2', { b: 1 }),
        refunded(3, me, 'credit note', { a: 1, b: 1 })
      ])
    ).toEqual([
      ['b', 1],
      ['b', 1]
    ])
  })

  it('leave out gifts, unless the shop says that they count', async () => {
    const gift = withGift(placed(1, me, 'o1', { a: 1, b: 1 }), 'b')
    expect(await weightsOf([gift])).toEqual([['a', 1]])
    const weights = { ...eventWeights, given: 0.25 }
    expect(await weightsOf([gift], { weights })).toEqual([
      ['a', 1],
      ['b', 0.25]
    ])
  })

  it('may count against when they came back', async () => {
    const events = [placed(1, me, 'o1', { a: 1 }), returned(2, me, 'o1', { a: 1 })]
    expect(await weightsOf(events, { weights: { ...eventWeights, given_back: -0.2 } })).toEqual([['a', -0.2]])
  })
})

describe('behaviour', () => {
  it('weighs less than a sale, each kind its own, and once a visit', async () => {
    const visit = inSession(guest, 's1')
    expect(
      await weightsOf([
        viewed(1, visit, 'a'),
        viewed(2, visit, 'a'),
        viewed(2, inSession(guest, 's2'), 'a'),
        act(3, 'product_clicked', 'b', visit),
        act(3, 'recommendation_clicked', 'b', visit, { recommendation_id: 'r', position: 0 }),
        act(4, 'wishlist_added', 'c', visit),
        act(5, 'cart_added', 'd', visit, { quantity: 2 }),
        act(6, 'cart_added', 'e', visit, { quantity: 1 }),
        act(7, 'cart_removed', 'e', visit, { quantity: 1 }),
        { ...viewed(8, visit, 'e'), is_bot: true } as ShopEvent
      ])
    ).toEqual([
      ['a', 0.1],
      ['a', 0.1],
      ['b', 0.1],
      ['c', 0.4],
      ['d', 0.4]
    ])
  })

  it('makes a unit of what one visitor did in one visit, or else on one day', async () => {
    const { units, items } = await interactionsOf([
      viewed(1, inSession(guest, 's1'), 'a'),
      viewed(2, inSession(guest, 's1'), 'b'),
      viewed(1, me, 'c'),
      viewed(1, { anonymous_id: 'another' }, 'd')
    ])
    const unitOf = (name: string) => units[items.indexOf(NAMES.indexOf(name))]
    expect(unitOf('a')).toBe(unitOf('b'))
    expect(new Set(['a', 'c', 'd', 'f'].map(unitOf)).size).toBe(4)
  })

  it('lowers what somebody dislikes, forgets what they did with it before, and takes the last word', async () => {
    const events = [
      viewed(1, me, 'a'),
      placed(2, me, 'o1', { a: 1, b: 1 }),
      disliked(3, me, 'a'),
      act(4, 'product_rated', 'b', me, { rating: 5 }),
      act(5, 'product_rated', 'c', me, { rating: 1 }),
      act(6, 'product_rated', 'c', me, { rating: 3 }),
      disliked(7, guest, 'd'),
      placed(8, guest, 'o2', { d: 1 })
    ]
    expect(await weightsOf(events)).toEqual([
      ['a', -0.5],
      ['b', 1],
      ['b', 0.6],
      ['d', 1],
      ['d', -0.5]
    ])
    const popularity = fitPopularity(await interactionsOf(events), { nowMs: msOf(600), halfLifeDays: 1e9 })
    expect(popularity[NAMES.indexOf('a')]).toBeLessThanOrEqual(0)
    expect(popularity[NAMES.indexOf('d')]).toBeCloseTo(0.5, 5)
  })

  it('never outweighs the trade of the same time', async () => {
    const views = Array.from({ length: 400 }, (_, i) =>
      viewed(1, { anonymous_id: `guest ${i}` }, i % 2 ? 'a' : 'b')
    )
    const { items, weights } = await interactionsOf(views)
    const total = weights.reduce((sum, weight, row) => sum + (NAMES[items[row] ?? 0] === 'f' ? 0 : weight), 0)
    expect(total).toBeCloseTo(OTHERS * eventSettings.behaviourShareMax, 3)
  })

  it('of one visitor is heard so often and no more, the newest first, however many visits they make of it', async () => {
    const flood = Array.from({ length: 60 }, (_, i) =>
      viewed(i, inSession(guest, `s${i}`), i < 50 ? 'a' : 'b')
    )
    expect(await weightsOf([...flood, viewed(1, me, 'c')], { visitorEventsMax: 12 })).toEqual([
      ...Array.from({ length: 2 }, () => ['a', 0.1]),
      ...Array.from({ length: 10 }, () => ['b', 0.1]),
      ['c', 0.1]
    ])
  })

  it('is as of the last trade at most, and the newest events alone are read', async () => {
    const { items, occurredAtMs } = await interactionsOf(
      [viewed(1, me, 'a'), viewed(900, me, 'b'), viewed(901, guest, 'c')],
      { behaviourEventsMax: 2 }
    )
    expect([...items].filter((item) => item < 5).toSorted()).toEqual([1, 2])
    expect(Math.max(...occurredAtMs)).toBe(msOf(500 + OTHERS - 1))
  })
})

it('counts what a customer rented once, as one unit with the rest, unless it never happened', async () => {
  const reversed = (minute: number) =>
    eventOf(minute, { type: 'rental_reversed', rental_id: 'r5', copy_id: 'copy', product_id: 'c', ...me })
  const events = [rented(1, me, 'a'), rented(2, me, 'a'), rented(3, me, 'b'), rented(5, me, 'c'), reversed(6)]
  expect(await weightsOf(events)).toEqual([
    ['a', 0.6],
    ['b', 0.6]
  ])
  const { units, items } = await interactionsOf(events)
  expect(units[items.indexOf(0)]).toBe(units[items.indexOf(1)])
})

it('uses nothing of whom was erased, nor of the time for which a customer refused', async () => {
  const gone: Who = { user_id: 'gone' }
  const lives = (who: Who, order: string) => [
    viewed(1, who, 'a'),
    placed(2, who, order, { b: 1 }),
    rented(3, who, 'c')
  ]
  expect(await weightsOf([...lives(gone, 'o1'), erased(4, 'gone')])).toEqual([])
  const refusal = [...lives(me, 'o2'), consented(4, 'me', false), viewed(5, me, 'd')]
  expect(await weightsOf(refusal)).toEqual([])
  expect(await weightsOf([...refusal, consented(6, 'me', true), viewed(7, me, 'e')])).toEqual([['e', 0.1]])
})

it('refuses a weight that would drown a sale', async () => {
  await expect(interactionsOf([], { weights: { ...eventWeights, viewed: 2 } })).rejects.toThrow('viewed')
})
