import { afterAll, expect, test } from 'vitest'
import type { ServedAlert } from '../../../models/contracts/served-stock.ts'
import { fakeApp, product, servedStock } from '../fakes.ts'

const alert = (
  name: ServedAlert['alert'],
  day: string,
  snoozed_until: string | null = null
): ServedAlert => ({
  alert: name,
  raised_at: `2026-01-${day}T00:00:00Z`,
  units: name === 'stock_out' ? 0 : 3,
  threshold: name === 'stock_out' ? 0 : 4,
  snoozed_until
})
const stocks = [
  servedStock('old', { alerts: [alert('low_stock', '01')] }),
  servedStock('new', { alerts: [alert('low_stock', '05')], supplier_id: 'bolt' }),
  servedStock('empty', {
    stock: { on_hand: 0 },
    alerts: [alert('low_stock', '02'), alert('stock_out', '03')]
  }),
  servedStock('quiet', { alerts: [alert('low_stock', '04', 'cleared')] }),
  servedStock('awake', { alerts: [alert('low_stock', '01', '2026-01-02T00:00:00Z')] }),
  servedStock('dead', { stock: { on_hand: 30 }, is_dead: true, perDay: 0, unit_cost: 3 }),
  servedStock('too many', { stock: { on_hand: 500 }, perDay: 1 }),
  servedStock('costless', { stock: { on_hand: 500 }, perDay: 1, unit_cost: null }),
  servedStock('uncounted', { stock: null })
]
const { app } = await fakeApp({
  products: stocks.map(({ forecast }) => product(forecast.product_id)),
  forecasts: stocks.map(({ forecast }) => forecast),
  replenishment: stocks.map(({ replenishment }) => replenishment)
})
afterAll(() => app.close())
const get = async (path: string) => (await app.inject(`/v1/stock/${path}`)).json()
type Rows = { rows: { product_id: string; alert: string }[] }
const namesOf = ({ rows }: Rows) => rows.map((row) => `${row.product_id} ${row.alert}`)

test('alerts come with empty stock before low stock, the newest first, without those that are quiet', async () => {
  const answer = await get('alerts')
  expect(namesOf(answer)).toEqual([
    'empty stock_out',
    'new low_stock',
    'empty low_stock',
    'awake low_stock',
    'old low_stock'
  ])
  expect(answer.total).toBe(5)
  expect(answer.rows[0]).toMatchObject({
    title: 'Title of empty',
    units: 0,
    available: 0,
    threshold: 0,
    stock_out_p50: '2026-01-02',
    suggestion_id: 'empty:2026-01-02'
  })
  expect(namesOf(await get('alerts?alert=stock_out'))).toEqual(['empty stock_out'])
  expect(namesOf(await get('alerts?supplier_id=bolt'))).toEqual(['new low_stock'])
  expect(namesOf(await get('alerts?include_snoozed=true&limit=3'))).toContain('quiet low_stock')
  const first = await get('alerts?limit=2')
  expect(namesOf(await get(`alerts?limit=2&cursor=${first.next_cursor}`))).toEqual([
    'empty low_stock',
    'awake low_stock'
  ])
})

test('idle stock comes by the money that it ties up, what has no cost last', async () => {
  const { rows, totals } = await get('idle')
  // Twelve weeks at most two a day, at 95 %: 160 units; the rest is too much.
  const over = Math.floor(500 - 2 * 84 * 0.95)
  expect(rows).toMatchObject([
    { product_id: 'too many', kind: 'overstock', idle_units: over, tied_up: String(2 * over) },
    { product_id: 'dead', kind: 'dead', idle_units: 30, tied_up: '90' },
    { product_id: 'costless', kind: 'overstock', idle_units: over, tied_up: null }
  ])
  expect(totals).toEqual([
    {
      currency: 'GBP',
      lines: 3,
      units: 2 * over + 30,
      tied_up: String(2 * over + 90),
      lines_without_cost: 1
    }
  ])
  expect((await get('idle?kind=dead')).rows).toHaveLength(1)
})

test('scarce stock is shared out, in packs, and nothing is written', async () => {
  const ask = async (body: object) => {
    const answer = await app.inject({ method: 'POST', url: '/v1/stock/allocations', payload: body })
    const told: Record<string, unknown> = answer.json()
    return { status: answer.statusCode, ...told }
  }
  const requests = [
    { account_id: 'a', units: 20 },
    { account_id: 'b', units: 10, priority: 1 }
  ]
  expect(await ask({ product_id: 'old', requests })).toEqual({
    status: 200,
    product_id: 'old',
    available: 10,
    pack_size: 1,
    requested: 30,
    left: 0,
    rows: [
      { account_id: 'a', requested: 20, allocated: 7 },
      { account_id: 'b', requested: 10, allocated: 3 }
    ]
  })
  const byPriority = await ask({ product_id: 'old', requests, by: 'priority', pack_size: 5, available: 12 })
  expect(byPriority).toMatchObject({
    left: 2,
    rows: [
      { account_id: 'a', allocated: 0 },
      { account_id: 'b', allocated: 10 }
    ]
  })
  const twice = [...requests, { account_id: 'a', units: 1 }]
  for (const [body, status, field] of [
    [{ product_id: 'uncounted', requests }, 409, 'available'],
    [{ product_id: 'nobody', requests }, 404, 'product_id'],
    [{ product_id: 'old', requests: twice }, 400, 'requests'],
    [{ product_id: 'old', requests: [] }, 400, 'requests'],
    [{ product_id: 'old', requests: [{ account_id: 'a', units: -1 }] }, 400, 'requests/0/units'],
    [{ product_id: 'old', requests, pack_size: 0 }, 400, 'pack_size'],
    [{ product_id: 'old' }, 400, 'requests']
  ] as const)
    expect(await ask(body)).toMatchObject({ status, error: { field } })
})
