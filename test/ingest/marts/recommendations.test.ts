import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type OpenShop } from '../open-shop.ts'
import { storeCatalogue } from './catalogue.ts'
import { dayOf, fillSales, keyed, products, timeOf, workOf } from './trade.ts'

const HOUR_MS = 3_600_000
const START_MS = Date.parse('2026-03-28T09:00:00Z')
const answer: fc.Arbitrary<Answer> = fc.record({
  // No two answers and orders at one instant: which click is the last must be plain.
  who: fc.constantFrom('u1', 'u2', 'g1', 'g2'),
  placement: fc.constantFrom('', 'home'),
  shown: fc.uniqueArray(fc.constantFrom(...products), { minLength: 1, maxLength: 4 }),
  source: fc.constantFrom('similar', 'popular'),
  seen: fc.boolean(),
  clicks: fc.array(fc.nat(3), { maxLength: 2 }),
  is_bot: fc.constantFrom(false, false, false, true)
})
const order: fc.Arbitrary<Order> = fc.record({
  who: fc.constantFrom('u1', 'u2', 'g1', 'g2'),
  bought: fc.uniqueArray(fc.constantFrom(...products), { minLength: 1, maxLength: 3 }),
  quantity: fc.integer({ min: 1, max: 2 }),
  currency: fc.constantFrom('GBP', 'EUR'),
  isPaid: fc.constantFrom(true, true, false)
})
type Answer = {
  who: string
  placement: string
  shown: string[]
  source: string
  seen: boolean
  clicks: number[]
  is_bot: boolean
}
type Order = { who: string; bought: string[]; quantity: number; currency: string; isPaid: boolean }
const SEED = { seed: 20_260_131, numRuns: 150 }
const answers = fc
  .sample(answer, SEED)
  .map((one, i) => ({ ...one, id: `r${i}`, ms: START_MS + (i * HOUR_MS) / 2 }))
// Clicked a day before the order, or a millisecond longer; and in a browser of which nobody knew for two days whose it was.
for (const who of ['u8', 'u9', 'g9'])
  answers.push({
    who,
    placement: 'edge',
    shown: ['w0a'],
    source: 'similar',
    seen: true,
    clicks: [0],
    is_bot: false,
    id: `edge ${who}`,
    ms: START_MS
  })
const orders = fc
  .sample(order, SEED)
  .map((one, i) => ({ ...one, id: `o${i}`, ms: START_MS + (i * HOUR_MS) / 2 + 900_000 }))
const DAY_AFTER_MS = START_MS + 60_000 + 24 * HOUR_MS
for (const [who, ms] of [
  ['u8', DAY_AFTER_MS],
  ['u9', DAY_AFTER_MS + 1],
  ['u7', START_MS + HOUR_MS]
] as const)
  orders.push({ who, bought: ['w0b'], quantity: 1, currency: 'GBP', isPaid: true, id: `edge ${who}`, ms })
/** A guest who turns out to be a customer, long after some of what they clicked. */
const LOGINS = [
  { who: 'g1', as: 'u1', ms: START_MS + 30 * HOUR_MS },
  { who: 'g9', as: 'u7', ms: START_MS + 48 * HOUR_MS }
]

type Click = { id: string; product_id: string; ms: number; who: string }
const clicksOf = ({ clicks, shown, ...one }: (typeof answers)[number]): Click[] =>
  clicks.map((at, i) => ({
    id: one.id,
    who: one.who,
    ms: one.ms + 60_000 * (i + 1),
    product_id: shown[at % shown.length] ?? ''
  }))
const whoOf = (who: string) => (who.startsWith('u') ? { user_id: who } : { anonymous_id: who })

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
  await storeCatalogue(shop)
  const behaviour = answers.flatMap((one) => {
    const base = { ...whoOf(one.who), recommendation_id: one.id, ...(one.is_bot && { is_bot: true }) }
    const { shown: product_ids, source, placement } = one
    return [
      {
        type: 'recommendation_served',
        occurred_at: timeOf(one.ms),
        ...base,
        product_ids,
        sources: product_ids.map(() => source),
        ...(placement && { placement })
      },
      ...(one.seen
        ? [
            {
              type: 'recommendation_viewed',
              occurred_at: timeOf(one.ms + 1_000),
              ...base,
              product_ids: product_ids.slice(0, 2)
            }
          ]
        : []),
      ...clicksOf(one).map(({ ms, product_id }) => ({
        type: 'recommendation_clicked',
        occurred_at: timeOf(ms),
        ...base,
        product_id,
        position: 0
      }))
    ]
  })
  await shop.store('flipside.behaviour', behaviour)
  await shop.store(
    'flipside.orders',
    orders.flatMap(({ id, ms, who, bought, quantity, currency, isPaid }) => {
      const base = { order_id: id, ...whoOf(who) }
      const lines = bought.map((product_id, i) => ({
        line_id: i,
        kind: 'product',
        product_id,
        quantity,
        unit_price: '2.5'
      }))
      return [
        { type: 'order_placed', occurred_at: timeOf(ms), ...base, currency, lines },
        ...(isPaid
          ? [{ type: 'order_paid', occurred_at: timeOf(ms + 1_000), ...base, currency, amount: '1' }]
          : [])
      ]
    })
  )
  const logins = LOGINS.map(({ who, as, ms }) => ({
    type: 'customer_logged_in',
    customer_id: as,
    user_id: as,
    anonymous_id: who,
    occurred_at: timeOf(ms)
  }))
  await shop.store('flipside.customers', logins)
  await fillSales(shop, 'all')
})
afterAll(() => shop.close())

/** By answer and product, what was ordered within a day of the last click on the work. */
function attribute() {
  const clicks = answers.filter(({ is_bot }) => !is_bot).flatMap(clicksOf)
  const visitorOf = ({ who, ms }: { who: string; ms: number }) =>
    LOGINS.find((login) => who === login.who && ms <= login.ms && login.ms - ms <= 24 * HOUR_MS)?.as ?? who
  const bought = new Map<string, { units: number; amounts: Record<string, number> }>()
  for (const one of orders.filter(({ isPaid }) => isPaid)) {
    for (const product_id of one.bought) {
      const last = clicks
        .filter(
          (click) =>
            visitorOf(click) === one.who &&
            workOf(click.product_id) === workOf(product_id) &&
            click.ms <= one.ms
        )
        .toSorted((a, b) => a.ms - b.ms)
        .at(-1)
      if (!last || one.ms - last.ms > 24 * HOUR_MS) continue
      const key = `${last.id} ${last.product_id}`
      const held = bought.get(key) ?? { units: 0, amounts: {} }
      held.units += one.quantity
      held.amounts[one.currency] = (held.amounts[one.currency] ?? 0) + one.quantity * 2.5
      bought.set(key, held)
    }
  }
  return bought
}

it('what came of recommendations counts on the day of the answer, and a purchase belongs to the last click before it', async () => {
  const bought = attribute()
  const shown = answers
    .filter(({ is_bot }) => !is_bot)
    .flatMap((one) =>
      one.shown.map((product_id, i) => ({
        day: dayOf(one.ms),
        placement: one.placement,
        source: one.source,
        product_id,
        isSeen: one.seen && i < 2,
        isClicked: clicksOf(one).some((click) => click.product_id === product_id),
        bought: bought.get(`${one.id} ${product_id}`)
      }))
    )
  const groups = Map.groupBy(shown, (one) => [one.day, one.placement, one.source, one.product_id].join('|'))
  const expected = [...groups.values()].map((own) => {
    const { day, placement, source, product_id } = own[0] ?? {
      day: '',
      placement: '',
      source: '',
      product_id: ''
    }
    const amounts: Record<string, number> = {}
    for (const [currency, amount] of own.flatMap((one) => Object.entries(one.bought?.amounts ?? {})))
      amounts[currency] = (amounts[currency] ?? 0) + amount
    const [viewed, clicked, sold] = [
      own.filter(({ isSeen }) => isSeen).length,
      own.filter(({ isClicked }) => isClicked).length,
      own.filter((one) => one.bought).length
    ]
    return {
      day,
      placement,
      source,
      product_id,
      served: own.length,
      viewed,
      clicked,
      bought: sold,
      units: own.reduce((total, one) => total + (one.bought?.units ?? 0), 0),
      amounts,
      view_rate: viewed / own.length,
      click_rate: viewed > 0 ? clicked / viewed : null,
      buy_rate: clicked > 0 ? sold / clicked : null
    }
  })
  const rows = await shop.rows<(typeof expected)[number]>('SELECT * FROM mart.recommendation_outcomes')
  const by = ['day', 'placement', 'source', 'product_id'] as const
  expect(keyed(rows, ...by)).toEqual(keyed(expected, ...by))
  expect(rows.reduce((total, row) => total + row.bought, 0)).toBeGreaterThan(20)
  expect(bought.size).toBeGreaterThan(20)
})
