import { afterAll, expect, test } from 'vitest'
import { fakeApp, product, servedStock } from '../fakes.ts'

const DAY_MS = 86_400_000
const london = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' })
/** A day of the shop, so many days from now. */
const day = (ahead: number) => london.format(new Date(Date.now() + ahead * DAY_MS))
const runsOut = (p50: number | null) => ({
  stock_out: p50 === null ? null : { p10: day(p50 - 1), p50: day(p50), p90: null }
})
const decision = {
  decision: 'accepted',
  at: new Date().toISOString(),
  quantity: 5,
  until: null,
  author: 'ann'
} as const

// A delivery takes seven days.
const stocks = [
  servedStock('b soon', { ...runsOut(1), abc: 'B' }),
  servedStock('a later', runsOut(6)),
  servedStock('a sooner', runsOut(2)),
  servedStock('in time', runsOut(7)),
  servedStock('never', runsOut(null)),
  servedStock('on its way', { ...runsOut(3), stock: { on_order: 5 } }),
  servedStock('decided', { ...runsOut(4), decision }),
  servedStock('unranked', { ...runsOut(0), abc: null, supplier_id: 'bolt' }),
  servedStock('no lead time', {
    ...runsOut(0),
    terms: { ...servedStock('x').replenishment.terms, lead_time_days: null }
  })
]
const { app } = await fakeApp({
  products: stocks.map(({ forecast }) => product(forecast.product_id, { attributes: { genre: 'R&B/Soul' } })),
  forecasts: stocks.map(({ forecast }) => forecast),
  replenishment: stocks.map(({ replenishment }) => replenishment)
})
afterAll(() => app.close())
const get = async (path: string) => (await app.inject(`/v1/stock/${path}`)).json()
type Rows = { rows: { product_id: string }[] }
const idsOf = ({ rows }: Rows) => rows.map(({ product_id }) => product_id)

test('what runs out before a delivery comes with what brings most first, then by day, without what is in time', async () => {
  const answer = await get('late')
  expect(idsOf(answer)).toEqual(['a sooner', 'on its way', 'decided', 'a later', 'b soon', 'unranked'])
  expect(answer.rows[0]).toMatchObject({
    delivery_day: day(7),
    days_short: 5,
    stock_out_p50: day(2),
    is_open: true
  })
  expect(answer.total).toBe(6)
})

test('it counts what nobody ordered yet apart, also when there is nothing', async () => {
  expect((await get('late')).totals).toEqual([
    { products: 6, a_products: 4, open_products: 4, open_a_products: 2 }
  ])
  expect((await get('late?supplier_id=nobody')).totals).toEqual([
    { products: 0, a_products: 0, open_products: 0, open_a_products: 0 }
  ])
})

test('it is of some suppliers, categories and classes, or of any, page by page', async () => {
  expect(idsOf(await get('late?supplier_id=bolt&category=*&abc=*'))).toEqual(['unranked'])
  expect(idsOf(await get(`late?supplier_id=*&category=${encodeURIComponent('R&B/Soul')}&abc=B`))).toEqual([
    'b soon'
  ])
  const first = await get('late?limit=4')
  expect(idsOf(await get(`late?limit=4&cursor=${first.next_cursor}`))).toEqual(['b soon', 'unranked'])
  expect(
    (await app.inject('/v1/replenishment?state=all&decision=all&supplier_id=*')).json().rows
  ).toHaveLength(9)
  const two = await app.inject('/v1/replenishment?state=all&decision=all&product_id=never,b%20soon,unknown')
  expect(idsOf(two.json()).toSorted()).toEqual(['b soon', 'never'])
  expect((await get('alerts?supplier_id=*')).total).toBe(0)
})

test('cover is counted in bands, the empty ones too, without what was never counted', async () => {
  const units = [0, -3, 13, 14, 27, 28, 400]
  const covered = [
    // Two units a day.
    ...units.map((on_hand, i) => servedStock(`p${i}`, { stock: { on_hand } })),
    servedStock('asleep', { perDay: 0, stock: { on_hand: 4 } }),
    servedStock('uncounted', { stock: null })
  ]
  const shop = await fakeApp({
    products: covered.map(({ forecast }) => product(forecast.product_id)),
    forecasts: covered.map(({ forecast }) => forecast),
    replenishment: covered.map(({ replenishment }) => replenishment)
  })
  expect((await shop.app.inject('/v1/stock/cover?supplier_id=nobody')).json().rows).toEqual([])
  const { rows } = (await shop.app.inject('/v1/stock/cover')).json()
  await shop.app.close()
  expect(rows).toEqual([
    { band: 'sold out', products: 2, units: 0 },
    { band: 'under 1 week', products: 1, units: 13 },
    { band: '1 to 2 weeks', products: 2, units: 41 },
    { band: '2 to 4 weeks', products: 1, units: 28 },
    { band: '4 to 8 weeks', products: 0, units: 0 },
    { band: '8 to 12 weeks', products: 0, units: 0 },
    { band: 'over 12 weeks', products: 1, units: 400 },
    { band: 'no demand', products: 1, units: 4 }
  ])
})
