import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type OpenShop } from '../open-shop.ts'
import { dayOf, keyed, timeOf } from './trade.ts'

/** Few visitors and instants, so that they meet: sessions with and without names, at midnight, at one instant. */
const act = fc.record({
  minute: fc.nat(600).map((tick) => tick * 5),
  who: fc.constantFrom('u1', 'u2', 'u3', 'g1', 'g2', 'g3', 'g4'),
  session: fc.constantFrom('', '', '', 's1', 's2'),
  type: fc.constantFrom(
    'product_viewed',
    'product_clicked',
    'searched',
    'cart_added',
    'wishlist_added',
    'recommendation_served',
    'order_placed',
    'order_placed in the store'
  ),
  query: fc.constantFrom(' The  Wall', 'the wall', 'Nevermind'),
  found: fc.constantFrom(0, 3),
  is_bot: fc.constantFrom(false, false, false, true)
})
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never
const START_MS = Date.parse('2026-03-28T09:00:00Z')
const acts = fc.sample(act, { seed: 20_260_131, numRuns: 900 })
const msOf = ({ minute }: Act) => START_MS + minute * 60_000
const isOrder = ({ type }: Act) => type.startsWith('order_placed')
/** One guest logs in, in the middle of the second day. */
const LOGIN = { who: 'g1', as: 'u1', ms: START_MS + 1_500 * 60_000 }

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
  const base = (one: Act) => ({
    occurred_at: timeOf(msOf(one)),
    ...(one.who.startsWith('u') ? { user_id: one.who } : { anonymous_id: one.who }),
    ...(one.session && { session_id: `${one.session} of ${one.who}` })
  })
  const line = { line_id: 1, kind: 'product', product_id: 'p', quantity: 1, unit_price: '5' }
  const fieldsOf: Record<string, (one: Act) => object> = {
    cart_added: () => ({ product_id: 'p', quantity: 1 }),
    searched: ({ query, found }) => ({ query, result_count: found }),
    recommendation_served: () => ({ recommendation_id: 'r', product_ids: ['p'], sources: ['popular'] })
  }
  const behaviour = acts
    .filter((one) => !isOrder(one))
    .map((one) => ({
      type: one.type,
      ...base(one),
      ...(fieldsOf[one.type]?.(one) ?? { product_id: 'p' }),
      ...(one.is_bot && { is_bot: true })
    }))
  await shop.store('flipside.behaviour', behaviour)
  const orders = acts.flatMap((one, i) =>
    isOrder(one)
      ? [
          {
            type: 'order_placed',
            ...base(one),
            order_id: `o${i}`,
            currency: 'GBP',
            lines: [line],
            ...(one.type.endsWith('store') && { channel: 'store' })
          }
        ]
      : []
  )
  await shop.store('flipside.orders', orders)
  const { who, as, ms } = LOGIN
  await shop.store('flipside.customers', [
    { type: 'customer_logged_in', customer_id: as, user_id: as, anonymous_id: who, occurred_at: timeOf(ms) }
  ])
})
afterAll(() => shop.close())

type Session = { day: string; name: string; acts: (Act & { i: number })[] }

/** Visitor by visitor and day by day, one act after the other. */
function readSessions(): Session[] {
  const counted = acts
    .map((one, i) => ({ ...one, i }))
    .filter((one) =>
      isOrder(one) ? one.type === 'order_placed' : !one.is_bot && one.type !== 'recommendation_served'
    )
  const visitorOf = (one: Act) =>
    one.who === LOGIN.who && msOf(one) <= LOGIN.ms && dayOf(msOf(one)) === dayOf(LOGIN.ms)
      ? LOGIN.as
      : one.who
  const sessions: Session[] = []
  for (const own of Map.groupBy(counted, (one) => `${dayOf(msOf(one))} ${visitorOf(one)}`).values()) {
    let current: Session | undefined
    let lastMs = 0
    for (const one of own.toSorted(
      (a, b) => msOf(a) - msOf(b) || Number(isOrder(a)) - Number(isOrder(b)) || a.i - b.i
    )) {
      const day = dayOf(msOf(one))
      const name = one.session && `${one.session} of ${one.who}`
      if (name) current = sessions.find((session) => session.day === day && session.name === name)
      if (!current || (!name && msOf(one) - lastMs > 1_800_000)) {
        current = { day, name, acts: [] }
        sessions.push(current)
      }
      current.acts.push(one)
      lastMs = msOf(one)
    }
  }
  return sessions.filter((session) => session.acts.some((one) => !isOrder(one)))
}

const count = (session: Session, ...types: string[]) =>
  session.acts.filter(({ type }) => types.includes(type)).length

it('sessions are those that senders name, or what a visitor does without a break of half an hour', async () => {
  const expected = readSessions().map((session) => {
    const times = session.acts.map(msOf)
    const who = session.acts.map((one) => one.who).filter((one) => one.startsWith('u'))
    return {
      day: session.day,
      session_id: session.name,
      customer_id: who.toSorted().at(-1) ?? '',
      started: Math.min(...times),
      ended: Math.max(...times),
      events: session.acts.filter((one) => !isOrder(one)).length,
      product_views: count(session, 'product_viewed'),
      searches: count(session, 'searched'),
      clicks: count(session, 'product_clicked'),
      cart_adds: count(session, 'cart_added'),
      viewed: count(session, 'product_viewed') > 0,
      added_to_cart: count(session, 'cart_added') > 0,
      ordered: count(session, 'order_placed') > 0,
      order_ids: session.acts
        .filter(isOrder)
        .map(({ i }) => `o${i}`)
        .toSorted()
    }
  })
  const rows = await shop.rows<(typeof expected)[number]>(
    `SELECT day, if(is_named, session_id, '') AS session_id, customer_id, toUnixTimestamp64Milli(started_at) AS started, toUnixTimestamp64Milli(ended_at) AS ended,
      events, product_views, searches, clicks, cart_adds, viewed, added_to_cart, ordered, order_ids FROM mart.sessions`
  )
  const inOrder = (list: object[]) => list.map((one) => JSON.stringify(one)).toSorted()
  expect(inOrder(rows)).toEqual(inOrder(expected))
  expect(rows.filter(({ session_id, ordered }) => !session_id && ordered).length).toBeGreaterThan(10)
  expect(new Set(rows.map(({ day }) => day)).size).toBe(3)
})

it('a question about one day is answered as by all days', async () => {
  const all = await shop.rows<{ day: string }>('SELECT * FROM mart.sessions ORDER BY ALL')
  const some = await shop.rows("SELECT * FROM mart.sessions WHERE day = '2026-03-29' ORDER BY ALL")
  expect(some).toEqual(all.filter(({ day }) => day === '2026-03-29'))
})

it('the funnel counts each session once a step', async () => {
  const expected = [...Map.groupBy(readSessions(), ({ day }) => day).entries()].map(([day, sessions]) => {
    const having = (...types: string[]) =>
      sessions.filter((one) => types.every((type) => count(one, type) > 0)).length
    const [viewed, added, ordered] = [having('product_viewed'), having('cart_added'), having('order_placed')]
    return {
      day,
      sessions: sessions.length,
      viewed,
      added_to_cart: added,
      ordered,
      view_rate: viewed / sessions.length,
      cart_rate: having('product_viewed', 'cart_added') / viewed,
      order_rate: having('cart_added', 'order_placed') / added,
      conversion: ordered / sessions.length
    }
  })
  expect(keyed(await shop.rows<{ day: string }>('SELECT * FROM mart.funnel_daily'), 'day')).toEqual(
    keyed(expected, 'day')
  )
})

it('a search is clicked when a product is looked at within half an hour, before the next search', async () => {
  const counted = acts
    .map((one, i) => ({ ...one, i }))
    .filter(({ type, is_bot }) => !is_bot && /searched|product_/.test(type))
  const found: { day: string; query: string; who: string; nothing: boolean; clicked: boolean }[] = []
  for (const own of Map.groupBy(counted, (one) => `${dayOf(msOf(one))} ${one.who}`).values()) {
    const sorted = own.toSorted((a, b) => msOf(a) - msOf(b) || a.i - b.i)
    for (const [at, one] of sorted.entries()) {
      if (one.type !== 'searched') continue
      const next = sorted[at + 1]
      const clicked = next !== undefined && next.type !== 'searched' && msOf(next) - msOf(one) <= 1_800_000
      const query = one.query.includes('ever') ? 'nevermind' : 'the wall'
      found.push({ day: dayOf(msOf(one)), query, who: one.who, nothing: one.found === 0, clicked })
    }
  }
  const expected = [...Map.groupBy(found, ({ day, query }) => `${day} ${query}`).values()].map((own) => ({
    day: own[0]?.day,
    query: own[0]?.query,
    searches: own.length,
    visitors: new Set(own.map(({ who }) => who)).size,
    zero_result_searches: own.filter(({ nothing }) => nothing).length,
    zero_result_rate: own.filter(({ nothing }) => nothing).length / own.length,
    clicked_searches: own.filter(({ clicked }) => clicked).length,
    click_rate: own.filter(({ clicked }) => clicked).length / own.length
  }))
  const rows = await shop.rows<(typeof expected)[number]>('SELECT * FROM mart.searches')
  expect(keyed(rows, 'day', 'query')).toEqual(keyed(expected, 'day', 'query'))
})
