import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refreshAffinity } from '../../../jobs/affinity.ts'
import { refreshSales } from '../../../jobs/sales.ts'
import { figures } from '../../../models/contracts/metrics/figures.ts'
import { openShop, type OpenShop } from '../open-shop.ts'

/** A shop so small that each figure can be reckoned in the head; asked for the first ten days of February. */
let shop: OpenShop
const DAYS = { from: '2026-02-01', to: '2026-02-10' }
const currency = 'GBP'
const PRICES: Record<string, string> = { cd: '10', lp: '20' }
const at = (day: string) => ({ occurred_at: `2026-${day}T12:00:00Z` })

const described = (product_id: string, unit_cost: string) => ({
  type: 'product_upserted',
  occurred_at: '2025-12-01T00:00:00Z',
  product_id,
  work_id: `work of ${product_id}`,
  title: product_id,
  attributes: {},
  price: PRICES[product_id],
  currency,
  unit_cost
})
function bought(order_id: string, day: string, units: Record<string, number>, who: object = {}): object[] {
  const lines = Object.entries(units).map(([product_id, quantity], i) => ({
    line_id: i + 1,
    kind: 'product',
    product_id,
    quantity,
    unit_price: PRICES[product_id]
  }))
  const of = { ...at(day), order_id, currency, ...who }
  return [
    { type: 'order_placed', ...of, lines },
    { type: 'order_paid', ...of, amount: '1' }
  ]
}
const moved = (type: string, product_id: string, day: string, quantity: number) => ({
  type,
  ...at(day),
  product_id,
  quantity
})
const rental = { rental_id: 'r', copy_id: 'c', product_id: 'game' }

beforeAll(async () => {
  shop = await openShop()
  await shop.store('flipside.catalogue', [described('cd', '4'), described('lp', '5')])
  await shop.store('flipside.orders', [
    ...bought('o1', '01-15', { cd: 1 }, { user_id: 'ana' }),
    ...bought('o2', '02-02', { cd: 2, lp: 1 }, { user_id: 'ana', session_id: 's2' }),
    ...bought('o3', '02-03', { cd: 1 }, { user_id: 'bob', session_id: 's3' }),
    ...bought('o4', '02-04', { lp: 1 }, { anonymous_id: 'guest', session_id: 's4' }),
    ...['5', '6', '7', '8', '9'].flatMap((i) => bought(`o${i}`, '03-01', { cd: 1, lp: 1 }))
  ])
  await shop.store('flipside.stock', [
    moved('stock_initialised', 'cd', '01-01', 10),
    moved('stock_initialised', 'lp', '01-01', 4),
    moved('stock_shipped', 'cd', '01-15', 1),
    moved('stock_shipped', 'cd', '02-02', 2),
    moved('stock_shipped', 'lp', '02-02', 1),
    moved('stock_shipped', 'cd', '02-03', 1),
    moved('stock_shipped', 'lp', '02-04', 1)
  ])
  const visitors = { s1: 'passer-by', s2: 'ana', s3: 'bob', s4: 'guest' }
  const answer = { recommendation_id: 'a', ...at('02-05'), anonymous_id: 'passer-by' }
  await shop.store('flipside.behaviour', [
    ...Object.entries(visitors).map(([session_id, anonymous_id], i) => ({
      type: 'product_viewed',
      occurred_at: `2026-02-0${i + 1}T11:50:00Z`,
      product_id: 'cd',
      session_id,
      anonymous_id
    })),
    ...[0, 3].map((result_count) => ({
      type: 'searched',
      occurred_at: `2026-02-01T11:5${result_count + 1}:00Z`,
      query: 'opera',
      result_count,
      session_id: 's1',
      anonymous_id: 'passer-by'
    })),
    {
      type: 'recommendation_served',
      ...answer,
      placement: 'home',
      product_ids: ['cd', 'lp'],
      sources: ['m', 'm']
    },
    { type: 'recommendation_viewed', ...answer, product_ids: ['cd', 'lp'] },
    { type: 'recommendation_clicked', ...answer, product_id: 'cd', position: 0 }
  ])
  await shop.store('flipside.rentals', [
    {
      type: 'rental_started',
      occurred_at: '2026-02-03T00:00:00Z',
      ...rental,
      user_id: 'ana',
      due_at: '2026-02-09T00:00:00Z',
      price: '1',
      currency
    },
    { type: 'rental_returned', occurred_at: '2026-02-04T00:00:00Z', ...rental }
  ])
  const ports = { clickhouse: shop.clickhouse, progress: () => {} }
  await refreshSales(ports)
  await refreshAffinity(ports)
})
afterAll(() => shop.close())

const EXPECTED: Record<string, Record<string, number>> = {
  // Of five sessions (the recommendation was shown in one of its own) three ended in an order.
  conversion: { '': 3 / 5 },
  repeat_rate: { '': 1 / 2 },
  sell_through: { cd: 3 / (3 + 6), lp: 2 / (2 + 2) },
  days_of_cover: { cd: 6 / 0.3, lp: 2 / 0.2 },
  gmroi: { GBP: (3 * 6 + 2 * 15) / ((9 * 4 + 4 * 5 + 6 * 4 + 2 * 5) / 2) },
  turnover: { GBP: (3 * 4 + 2 * 5) / ((9 * 4 + 4 * 5 + 6 * 4 + 2 * 5) / 2) },
  attach_rate: { 'work of cd|work of lp': 6 / 8, 'work of lp|work of cd': 6 / 7 },
  lift: { 'work of cd|work of lp': (6 * 9) / (8 * 7), 'work of lp|work of cd': (6 * 9) / (8 * 7) },
  zero_result_rate: { '': 1 / 2 },
  recommendation_click_rate: { 'home|m': 1 / 2 },
  utilisation: { game: 1 / 2 }
}

describe('a figure', () => {
  it.each(figures)('$name is what it says', async ({ name, by, sql }) => {
    const result = await shop.clickhouse.query({ query: sql, query_params: DAYS, format: 'JSONEachRow' })
    const rows = await result.json<Record<string, string | number>>()
    const held = Object.fromEntries(
      rows.map((row) => [by.map((column) => row[column]).join('|'), row['value']])
    )
    const wanted = EXPECTED[name] ?? {}
    expect(held).toEqual(
      Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, expect.closeTo(value, 6)]))
    )
  })

  it.each(figures)('$name is none where nothing happened', async ({ sql }) => {
    const query_params = { from: '2020-01-01', to: '2020-01-02' }
    const result = await shop.clickhouse.query({ query: sql, query_params, format: 'JSONEachRow' })
    for (const row of await result.json<{ value: number | null }>()) {
      if (!sql.includes('mart.affinity')) expect(row.value).toBeNull()
    }
  })
})
