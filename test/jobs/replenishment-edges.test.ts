import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRedis } from '../../embedded/redis.ts'
import { publishForecasts } from '../../jobs/forecasts.ts'
import { createReplenishment } from '../../jobs/replenishment.ts'
import { refreshSales } from '../../jobs/sales.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { CURRENT_KEY, servedKey } from '../../models/contracts/served.ts'
import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

const DAY_MS = 86_400_000
const NOON_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2
const at = (daysAgo: number) => new Date(NOON_MS - daysAgo * DAY_MS).toISOString()
const dayIn = (days: number) => at(-days).slice(0, 10)

let shop: OpenShop
let server: Awaited<ReturnType<typeof startRedis>>
let redis: Redis
const sent: { product_id: string; alert: string; simulated?: string[] }[] = []
const ports = () => ({
  clickhouse: shop.clickhouse,
  redis,
  config: readConfig({}),
  progress: () => {},
  sendEvents: async (_: string, messages: readonly { value: string | Buffer }[]) => {
    for (const { value } of messages) sent.push(JSON.parse(value.toString()))
  }
})

const products: Record<string, { more?: object; stock: object[] }> = {
  'never-ordered': { stock: [moved('purchase_received', 500, { purchase_id: 'p1' })] },
  'over-delivered': {
    stock: [
      moved('purchase_ordered', 10, { purchase_id: 'p2' }),
      moved('purchase_received', 25, { purchase_id: 'p2' }),
      moved('purchase_ordered', 7, { purchase_id: 'p3' })
    ]
  },
  'no-date': {
    more: { lead_time_days: 30 },
    stock: [moved('purchase_ordered', 500, { purchase_id: 'p4' })]
  },
  overdue: {
    stock: [moved('purchase_ordered', 40, { purchase_id: 'p5', expected_at: at(10) })]
  },
  free: { more: { unit_cost: '0' }, stock: [] },
  invented: {
    more: { simulated: ['lead_time_days', 'unit_cost'] },
    stock: [moved('stock_adjusted', 3, { simulated: ['quantity'] })]
  },
  absurd: {
    more: { unit_cost: '9999999999999', price: '9999999999999.9999' },
    stock: [moved('stock_adjusted', -1_000_000)]
  }
}

function moved(type: string, quantity: number, more: object = {}): object {
  return { type, quantity, occurred_at: at(0), ...more }
}

beforeAll(async () => {
  shop = await openShop()
  server = await startRedis({})
  redis = new Redis(server.url)
  const all = Object.entries(products)
  const described = { attributes: {}, price: '10', currency: 'GBP', unit_cost: '6', lead_time_days: 7 }
  await shop.store(
    'flipside.catalogue',
    all.map(([id, { more }]) => {
      const named = { product_id: id, work_id: id, title: id }
      return { type: 'product_upserted', occurred_at: at(60), ...named, ...described, ...more }
    })
  )
  const lines = all.map(([product_id], i) => {
    return { line_id: i + 1, kind: 'product', product_id, quantity: 2, unit_price: '10' }
  })
  await shop.store(
    'flipside.orders',
    Array.from({ length: 60 }, (_, day) => {
      const order = { occurred_at: at(day), order_id: `o${day}`, currency: 'GBP' }
      return [
        { type: 'order_placed', ...order, lines },
        { type: 'order_paid', ...order, amount: '1' }
      ]
    }).flat()
  )
  await shop.store(
    'flipside.stock',
    all.flatMap(([product_id, { stock }]) => [
      { type: 'stock_initialised', occurred_at: at(1), product_id, quantity: 0 },
      ...stock.map((event) => ({ ...event, product_id }))
    ])
  )
  await refreshSales(ports())
  await publishForecasts(ports())
})
afterAll(async () => {
  redis.disconnect()
  await server.close()
  await shop.close()
})

async function served(id: string): Promise<ServedReplenishment> {
  const version = (await redis.hget(CURRENT_KEY, 'replenishment')) ?? ''
  return JSON.parse((await redis.hget(servedKey('replenishment', version), id)) ?? 'null')
}

it('keeps what it says of the others when the price of one is absurd', async () => {
  await createReplenishment()(ports())
  const [kept] = await shop.rows<{ count: string }>('SELECT count() AS count FROM mart.replenishment')
  expect(Number(kept?.count)).toBe(Object.keys(products).length)
})

it('has nothing on order of what came in without an order, or beyond one', async () => {
  expect(await served('never-ordered')).toMatchObject({
    stock: { on_hand: 500, on_order: 0 },
    position: 500,
    order: { state: 'enough' },
    alerts: []
  })
  expect(await served('over-delivered')).toMatchObject({ stock: { on_hand: 25, on_order: 7 }, position: 32 })
})

it('expects an order of which nobody said when it comes in after the lead time', async () => {
  const { arrivals, stock_out } = await served('no-date')
  expect(arrivals).toEqual([{ day: dayIn(30), units: 500 }])
  expect(stock_out?.p50).not.toBeNull()
})

it('says what should have come in and did not', async () => {
  expect((await served('overdue')).order.why).toContain(`40 units on order were expected by ${dayIn(-10)}`)
})

it('marks whatever rests on invented figures, the money and the warnings of it too', async () => {
  const { simulated, ...record } = await served('invented')
  const figures = ['safety_stock', 'fill_rate', 'order_cost', 'order_value', 'last_chance', 'order'] as const
  for (const figure of figures) {
    expect(record[figure]).not.toBeNull()
    expect(simulated).toContain(figure)
  }
  const warnings = (id: string) => sent.filter(({ product_id }) => product_id === id)
  expect(warnings('invented')).toMatchObject([{ alert: 'low_stock', simulated: ['alert'] }])
  expect(warnings('free').map((one) => one.simulated)).toEqual([undefined, undefined])
})

it('has no rank for what costs nothing, and says so', async () => {
  const { next_value_per_cost, order_value, unavailable } = await served('free')
  expect(next_value_per_cost).toBeNull()
  expect(order_value).toBeGreaterThan(0)
  expect(unavailable).toEqual({ next_value_per_cost: 'a unit costs nothing' })
})

it('nothing is short of what is sold no more', async () => {
  const open = () =>
    shop.rows(
      "SELECT alert FROM mart.stock_alerts WHERE product_id = 'free' AND isNull(cleared_at) ORDER BY alert"
    )
  await shop.store('flipside.stock', sent.splice(0))
  expect(await open()).toEqual([{ alert: 'low_stock' }, { alert: 'stock_out' }])
  const product_id = 'free'
  await shop.store('flipside.catalogue', [{ type: 'product_retired', occurred_at: at(0), product_id }])
  await createReplenishment()(ports())
  expect(sent).toMatchObject([{ type: 'stock_alert_cleared' }, { type: 'stock_alert_cleared' }])
  await shop.store('flipside.stock', sent.splice(0))
  expect(await open()).toEqual([])
  await createReplenishment()(ports())
  expect(sent).toEqual([])
})

it('keeps what was published by a process that died before it was kept, and that a retired product is ordered no more', async () => {
  const last = () =>
    shop.rows(
      "SELECT product_id, argMax(state, made_at) AS state FROM mart.replenishment WHERE product_id IN ('free', 'overdue') GROUP BY product_id ORDER BY product_id"
    )
  const count = async () =>
    (await shop.rows<{ n: string }>('SELECT count() AS n FROM mart.replenishment'))[0]?.n
  expect(await last()).toEqual([
    { product_id: 'free', state: 'unknown' },
    { product_id: 'overdue', state: 'enough' }
  ])
  await shop.clickhouse.command({
    query: "DELETE FROM mart.replenishment WHERE product_id = 'overdue'"
  })
  await createReplenishment()(ports())
  expect(await last()).toContainEqual({ product_id: 'overdue', state: 'enough' })
  const before = await count()
  await createReplenishment()(ports())
  expect(await count()).toBe(before)
})
