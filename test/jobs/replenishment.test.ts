import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRedis } from '../../embedded/redis.ts'
import { publishForecasts } from '../../jobs/forecasts.ts'
import { createReplenishment } from '../../jobs/replenishment.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { CURRENT_KEY, servedKey } from '../../models/contracts/served.ts'
import type { ServedForecast, ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

const DAY_MS = 86_400_000
const DAYS = 120
/** Noon of yesterday: the last day that is over. */
const LAST_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2
const at = (daysAgo: number) => new Date(LAST_MS - daysAgo * DAY_MS).toISOString()
const dayIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)
const config = readConfig({})

let shop: OpenShop
let server: Awaited<ReturnType<typeof startRedis>>
let redis: Redis
const sent: { type: string; product_id: string; alert: string }[] = []
let isLogDown = false
const ports = () => ({
  clickhouse: shop.clickhouse,
  redis,
  config,
  progress: () => {},
  sendEvents: async (_: string, messages: readonly { value: string | Buffer }[]) => {
    if (isLogDown) throw new Error('no broker')
    for (const { value } of messages) sent.push(JSON.parse(value.toString()))
  }
})
/** Two a day of `steady`, one on every fourth day of `slow`, nothing of `never`; `unknown` has no lead time, `uncounted` no stock. */
const sold = ['steady', 'slow', 'unknown', 'uncounted'] as const
const product = (product_id: string, more: object = {}) => ({
  type: 'product_upserted',
  occurred_at: at(DAYS),
  product_id,
  work_id: product_id,
  title: product_id,
  attributes: {},
  price: '10',
  currency: 'GBP',
  unit_cost: '6',
  lead_time_days: 7,
  ...more
})
const stock = (type: string, product_id: string, quantity: number, more: object = {}) => ({
  type,
  occurred_at: at(0),
  product_id,
  quantity,
  ...more
})

beforeAll(async () => {
  shop = await openShop()
  server = await startRedis({})
  redis = new Redis(server.url)
  const { lead_time_days: _, ...noLeadTime } = product('unknown')
  await shop.store('flipside.catalogue', [
    product('steady', { pack_size: 12, supplier_id: 'harbour' }),
    product('slow', { lead_time_days: 3 }),
    noLeadTime,
    product('uncounted'),
    product('never')
  ])
  const line = (product_id: string, line_id: number, quantity: number) => {
    return { line_id, kind: 'product', product_id, quantity, unit_price: '10' }
  }
  await shop.store(
    'flipside.orders',
    Array.from({ length: DAYS }, (_, day) => {
      const products = sold.filter((product_id) => product_id !== 'slow' || day % 4 === 0)
      const lines = products.map((product_id, i) => line(product_id, i + 1, product_id === 'slow' ? 1 : 2))
      return { type: 'order_placed', occurred_at: at(day), order_id: `o${day}`, currency: 'GBP', lines }
    }).flatMap((placed) => [
      placed,
      {
        type: 'order_paid',
        occurred_at: placed.occurred_at,
        order_id: placed.order_id,
        amount: '1',
        currency: 'GBP'
      }
    ])
  )
  await shop.store('flipside.stock', [
    ...['steady', 'slow', 'unknown', 'never'].map((id) => stock('stock_initialised', id, 5)),
    stock('purchase_ordered', 'steady', 4, {
      purchase_id: 'po1',
      expected_at: at(-4),
      supplier_id: 'harbour'
    })
  ])
  const { refreshSales } = await import('../../jobs/sales.ts')
  await refreshSales(ports())
  await publishForecasts(ports())
})
afterAll(async () => {
  redis.disconnect()
  await server.close()
  await shop.close()
})

async function served<Value>(kind: 'forecasts' | 'replenishment', id: string): Promise<Value> {
  const version = (await redis.hget(CURRENT_KEY, kind)) ?? ''
  return JSON.parse((await redis.hget(servedKey(kind, version), id)) ?? 'null') as Value
}
const replenishmentOf = (id: string) => served<ServedReplenishment>('replenishment', id)
const run = createReplenishment()

it('says what to order, in whole packs, by the stock of now and what is on its way', async () => {
  expect((await run(ports())).detail).toContain('5 products, 5 reckoned anew')
  const steady = await replenishmentOf('steady')
  expect(steady).toMatchObject({
    supplier_id: 'harbour',
    stock: { on_hand: 5, reserved: 0, on_order: 4 },
    position: 9,
    available: 5,
    arrivals: [{ units: 4 }],
    order: { state: 'order' },
    days_of_cover: expect.closeTo(2.5, 0),
    abc: 'A',
    decision: null,
    alerts: [{ alert: 'low_stock', units: 5, snoozed_until: null }],
    unavailable: {}
  })
  expect(steady.order.quantity % 12).toBe(0)
  // Two a day for seven days of delivery and seven to the next order.
  expect(steady.reorder_point).toBeGreaterThanOrEqual(28)
  expect(steady.reorder_point).toBeLessThan(45)
  expect(steady.order_cost).toBe(6 * steady.order.quantity)
  expect(steady.order_value).toBeGreaterThan(0)
  // Today is the first day; four come in on the fourth, a day too late.
  expect(steady.stock_out?.p50).toBe(dayIn(2))
})

it('warns of what is low, once', async () => {
  const warnings = () => sent.map(({ type, product_id, alert }) => `${type} ${product_id} ${alert}`)
  const first = warnings()
  expect(first).toContain('stock_alert_raised steady low_stock')
  expect(first.filter((one) => one.includes('unknown') || one.includes('uncounted'))).toEqual([])
  await run(ports())
  expect(warnings()).toEqual(first)
})

it('what was ordered in time is low no more, however near the order is to the reorder point', async () => {
  const { order } = await replenishmentOf('slow')
  await shop.store('flipside.stock', [
    stock('purchase_ordered', 'slow', order.quantity, { purchase_id: 'po2', expected_at: at(-3) })
  ])
  await run(ports())
  const slow = await replenishmentOf('slow')
  expect(slow).toMatchObject({ order: { state: 'enough', quantity: 0 }, alerts: [] })
  expect(slow.position).toBe(slow.order_up_to)
  expect(sent.at(-1)).toMatchObject({ type: 'stock_alert_cleared', product_id: 'slow', alert: 'low_stock' })
})

it('what stands is published though the log takes no warnings, which go with the next run', async () => {
  isLogDown = true
  await shop.store('flipside.stock', [
    stock('stock_shipped', 'unknown', 5, { occurred_at: new Date().toISOString(), reserved_quantity: 0 })
  ])
  await expect(run(ports())).rejects.toThrow('no broker')
  expect(await replenishmentOf('unknown')).toMatchObject({ available: 0, alerts: [{ alert: 'stock_out' }] })
  isLogDown = false
  await run(ports())
  expect(sent.at(-1)).toMatchObject({ type: 'stock_alert_raised', product_id: 'unknown', alert: 'stock_out' })
})

it('says why where it cannot', async () => {
  expect((await replenishmentOf('unknown')).unavailable).toMatchObject({ order: 'nobody named a lead time' })
  expect((await replenishmentOf('uncounted')).unavailable).toMatchObject({
    order: 'stock was never counted',
    position: 'stock was never counted',
    fill_rate: 'stock was never counted',
    overstock_units: 'stock was never counted',
    days_of_cover: 'stock was never counted'
  })
  expect(await replenishmentOf('never')).toMatchObject({
    order: { state: 'unknown', quantity: 0, why: 'there is no forecast' },
    is_dead: false
  })
})

it('reckons only what moved, and keeps what is said where it changed', async () => {
  await shop.store('flipside.stock', [stock('stock_received', 'slow', 50)])
  expect((await run(ports())).detail).toContain('5 products, 1 reckoned anew')
  expect(await replenishmentOf('slow')).toMatchObject({ available: 55, order: { state: 'enough' } })
  const kept = await shop.rows<{ product_id: string; states: string[] }>(
    'SELECT product_id, groupArray(state) AS states FROM (SELECT * FROM mart.replenishment ORDER BY made_at) GROUP BY product_id ORDER BY product_id'
  )
  expect(Object.fromEntries(kept.map(({ product_id, states }) => [product_id, states]))).toMatchObject({
    slow: ['order', 'enough'],
    steady: ['order'],
    never: ['unknown']
  })
})

it('a process that begins anew keeps nothing twice', async () => {
  const count = async () =>
    (await shop.rows<{ n: string }>('SELECT count() AS n FROM mart.replenishment'))[0]?.n
  const before = await count()
  expect((await createReplenishment()(ports())).detail).toContain('5 reckoned anew')
  expect(await count()).toBe(before)
})

it('takes the terms of the supplier where the product names none, and what deliveries took before both', async () => {
  await shop.store('flipside.operations', [
    {
      type: 'supplier_upserted',
      occurred_at: at(0),
      supplier_id: 'harbour',
      title: 'Harbour',
      lead_time_days: 30,
      review_days: 1
    }
  ])
  await run(ports())
  const agreed = await replenishmentOf('steady')
  expect(agreed.terms).toMatchObject({
    lead_time_days: 7,
    review_days: 1,
    sources: { lead_time: 'product', review_days: 'supplier', service_level: 'economics' }
  })
  const deliveries = [2, 3, 2, 3, 2].flatMap((days, i) => {
    const purchase = { product_id: 'steady', quantity: 1, purchase_id: `old${i}`, supplier_id: 'harbour' }
    return [
      { type: 'purchase_ordered', occurred_at: at(60 - i), ...purchase },
      { type: 'purchase_received', occurred_at: at(60 - i - days), ...purchase }
    ]
  })
  await shop.store('flipside.stock', deliveries)
  await run(ports())
  const observed = await replenishmentOf('steady')
  expect(observed.terms.lead_times_observed.toSorted()).toEqual([2, 2, 2, 3, 3])
  expect(observed.terms.sources.lead_time).toBe('observed')
  expect(observed.reorder_point).toBeLessThan(agreed.reorder_point ?? 0)
})

it('knows what was decided of today’s suggestion, and of a snooze until it ends', async () => {
  const { suggestion_id } = await replenishmentOf('steady')
  if (suggestion_id === null) throw new Error('nothing is suggested')
  const decided = (type: string, more: object) => ({
    type,
    occurred_at: new Date().toISOString(),
    suggestion_id,
    product_id: 'steady',
    author: 'ann',
    ...more
  })
  await shop.store('flipside.operations', [decided('suggestion_edited', { quantity: 24 })])
  await run(ports())
  expect((await replenishmentOf('steady')).decision).toMatchObject({
    decision: 'edited',
    quantity: 24,
    author: 'ann'
  })
  const until = new Date(Date.now() + 3 * DAY_MS).toISOString()
  await shop.store('flipside.operations', [decided('suggestion_snoozed', { until })])
  await run(ports())
  expect((await replenishmentOf('steady')).decision).toMatchObject({ decision: 'snoozed', until })
})

it('after an order is placed the next suggestion is another, on the same day too', async () => {
  const now = () => new Date().toISOString()
  const lose = (quantity: number) => stock('stock_adjusted', 'slow', -quantity, { occurred_at: now() })
  const { position } = await replenishmentOf('slow')
  await shop.store('flipside.stock', [lose(position ?? 0)])
  await run(ports())
  const first = await replenishmentOf('slow')
  const { quantity } = first.order
  expect(quantity).toBeGreaterThan(0)
  const about = { occurred_at: now(), product_id: 'slow', quantity }
  await shop.store('flipside.operations', [
    { type: 'suggestion_accepted', suggestion_id: first.suggestion_id, ...about }
  ])
  await shop.store('flipside.stock', [
    { type: 'purchase_ordered', purchase_id: first.suggestion_id, ...about }
  ])
  await run(ports())
  expect(await replenishmentOf('slow')).toMatchObject({
    suggestion_id: null,
    decision: { decision: 'accepted', quantity }
  })
  await shop.store('flipside.stock', [
    { type: 'purchase_cancelled', purchase_id: first.suggestion_id, ...about, reason: 'out of print' }
  ])
  await run(ports())
  const second = await replenishmentOf('slow')
  expect(second).toMatchObject({ position: first.position, order: { quantity }, decision: null })
  expect(second.suggestion_id).not.toBe(first.suggestion_id)
})

it('a forecast that is published anew is taken at once', async () => {
  await publishForecasts(ports())
  expect((await run(ports())).detail).toContain('5 reckoned anew')
  expect(await served<ServedForecast>('forecasts', 'steady')).toMatchObject({
    state: 'active',
    abc: 'A',
    xyz: 'X'
  })
  const models = await shop.rows(
    "SELECT state, error_days, origins FROM mart.forecast_models WHERE product_id = 'steady' ORDER BY made_at DESC LIMIT 1"
  )
  expect(models).toEqual([{ state: 'active', error_days: 14, origins: 4 }])
})
