import { ClickHouseError } from '@clickhouse/client'
import { afterAll, expect, test } from 'vitest'
import type { StoredStep } from '../../api/clickhouse.ts'
import { fakeApp, product, servedStock } from './fakes.ts'

const stocked = servedStock('lantern', { perDay: 2, stock: { on_hand: 10 } })
const step = (name: string, minute: number, fields: Partial<StoredStep> = {}): StoredStep => ({
  step: name,
  occurred_at: `2026-01-02T03:${String(minute).padStart(2, '0')}:00.000Z`,
  customer_id: '7',
  country: 'France',
  amount: '0',
  currency: 'GBP',
  reason: '',
  ...fields
})
const line = {
  line_id: 0,
  movement: 'order_placed',
  kind: 'product',
  product_id: 'lantern',
  description: 'WHITE METAL LANTERN',
  quantity: 2,
  unit_price: '2.95',
  amount: '5.9',
  currency: 'GBP',
  tax_included: false
}
const down = () => Promise.reject(new Error('connection refused'))
const salesAsked: unknown[] = []
const total = {
  period: '2026-01-02',
  starts_at: '2026-01-02T00:00:00Z',
  currency: 'GBP',
  gross_amount: '10.5',
  refund_amount: '-1',
  net_amount: '9.5',
  units_sold: 3,
  units_refunded: -1,
  lines: 4,
  cost_is_simulated: false
}

const { app, dependencies } = await fakeApp(
  {
    products: [
      product('lantern', { title: 'White Metal Lantern', recent_units: 9 }),
      product('lantern-b', { work_id: 'lantern', title: 'Black metal lantern', recent_units: 1 }),
      product('café', { title: 'CAFÉ mug', attributes: { artist: 'Björk' } }),
      product('東京', { title: '東京事変の音楽' }),
      product('gone', { title: 'Sold out lantern', on_hand: 0 })
    ],
    similar: { lantern: { gone: 0.9, café: 0.5, lantern: 0.4 } },
    popular: { lantern: 9 },
    forecasts: [stocked.forecast],
    replenishment: [stocked.replenishment]
  },
  {
    warehouse: {
      ping: async () => undefined,
      readOrderSteps: async (order_id) =>
        order_id === '536365'
          ? [
              step('order_placed', 1, { amount: '5.9' }),
              step('order_paid', 2, { amount: '5.9' }),
              step('order_completed', 3)
            ]
          : [],
      readOrderLines: async () => [line],
      readCustomers: async (limit) =>
        [{ customer_id: '7', country: 'France', orders: 2, last_order_at: '2026-01-02T03:01:00.000Z' }].slice(
          0,
          limit
        ),
      readCustomerOrders: async (customer_id) =>
        customer_id === '7'
          ? [
              {
                order_id: 'C1',
                steps: ['order_refunded'],
                times: ['2026-01-03T00:00:00.000Z'],
                amounts: ['-2'],
                line_counts: [1],
                currencies: ['GBP']
              }
            ]
          : [],
      readLastSalesDay: async () => '2026-01-31',
      readSales: async (request) => {
        salesAsked.push(request)
        return ['lantern', '']
          .map((id) => ({ ...total, ...(request.dimensions.includes('product_id') && { product_id: id }) }))
          .slice(0, request.limit)
      },
      readMovers: async () => [],
      readSalesSoFar: async () => [],
      readMostServed: async () => [],
      readProductSales: async () => [
        { day: '2025-12-20', units: 3 },
        { day: '2025-12-31', units: 1 }
      ],
      readProductStock: async () => [
        { day: '2025-12-22', sellable: 0 },
        { day: '2025-12-24', sellable: 5 }
      ]
    }
  }
)
afterAll(() => app.close())

async function get(url: string) {
  const answer = await app.inject(url)
  return { status: answer.statusCode, ...answer.json() }
}
const idsOf = (answer: { items: { product_id: string }[] }) => answer.items.map((item) => item.product_id)

test('the catalogue comes page by page, what sells most first or by title', async () => {
  const first = await get('/v1/products?limit=2')
  expect(idsOf(first)).toEqual(['lantern', 'lantern-b'])
  expect(first).toMatchObject({ total: 5, next_cursor: 2 })
  const last = await get('/v1/products?limit=3&cursor=2')
  expect(last.items).toHaveLength(3)
  expect(last.next_cursor).toBeUndefined()
  expect(idsOf(await get('/v1/products?sort=title&limit=1'))).toEqual(['lantern-b'])
})

test('a product comes with its other editions and says what is invented', async () => {
  const answer = await get('/v1/products/lantern')
  expect(answer).toMatchObject({ product_id: 'lantern', price: '2.95', simulated: ['on_hand'] })
  expect(answer.editions).toMatchObject([{ product_id: 'lantern-b' }])
})

test('similar products leave out the product itself and what is out of stock', async () => {
  expect(idsOf(await get('/v1/products/lantern/similar'))).toEqual(['café'])
  expect(idsOf(await get('/v1/products/café/similar'))).toEqual([])
})

test.each([
  ['LANTERN', ['lantern', 'lantern-b', 'gone']],
  ['lanterns', ['lantern', 'lantern-b', 'gone']],
  ['metal lant', ['lantern', 'lantern-b']],
  ['lantren', ['lantern', 'lantern-b', 'gone']],
  ['cafe', ['café']],
  ['bjork', ['café']],
  ['東京', ['東京']],
  ['音楽', ['東京']],
  ['lantern-b', ['lantern-b']],
  ['nothing like it', []],
  ['!?', []]
])('a search for %j finds %j', async (q, expected) => {
  const answer = await get(`/v1/search?q=${encodeURIComponent(q)}`)
  expect(idsOf(answer)).toEqual(expected)
  expect(answer.total).toBe(expected.length)
})

test('a search gives pages', async () => {
  const answer = await get('/v1/search?q=lantern&limit=1&offset=1')
  expect(answer.total).toBe(3)
  expect(idsOf(answer)).toEqual(['lantern-b'])
})

test('a forecast comes with its history, what runs out when, and why; a product without one says why every figure is missing', async () => {
  const answer = await get('/v1/forecasts/lantern?history_days=12')
  const { forecast, replenishment } = stocked
  expect(answer).toMatchObject({
    status: 200,
    daily: forecast.daily,
    error: forecast.error,
    why: forecast.why,
    on_hand: 10,
    reorder_point: replenishment.reorder_point,
    stock_out: replenishment.stock_out,
    order: { state: 'order', quantity: replenishment.order.quantity, suggestion_id: 'lantern:2026-01-02' }
  })
  expect(answer.what_if).toBeUndefined()
  expect(answer.rows).toHaveLength(12 + 28)
  expect(answer.rows.slice(0, 5)).toEqual([
    { day: '2025-12-21', units: 0, out_of_stock: null },
    { day: '2025-12-22', units: 0, out_of_stock: true },
    { day: '2025-12-23', units: 0, out_of_stock: true },
    { day: '2025-12-24', units: 0, out_of_stock: false },
    { day: '2025-12-25', units: 0, out_of_stock: false }
  ])
  expect(answer.rows[12]).toEqual({ day: '2026-01-02', mean: 2, lower: 0, upper: 4 })
  const missing = await get('/v1/forecasts/gone')
  expect(missing).toMatchObject({
    status: 200,
    from: null,
    days_of_cover: null,
    reorder_point: null,
    on_hand: 0
  })
  expect(missing.unavailable.daily).toContain('nothing has been published')
})

test('a forecast adds up the demand of as many days as asked for', async () => {
  const { demand } = await get('/v1/forecasts/lantern?days=10&probabilities=0.95,0.5')
  expect(demand).toEqual({
    days: 10,
    quantiles: [
      { probability: 0.5, units: 20 },
      { probability: 0.95, units: 38 }
    ]
  })
  for (const wrong of ['1.5', 'x', '', '0', Array.from({ length: 21 }, () => '0.5').join()])
    expect(await get(`/v1/forecasts/lantern?probabilities=${wrong}`)).toMatchObject({
      status: 400,
      error: { field: 'probabilities' }
    })
})

test('an order tells its state, timeline, illegal steps, lines and sums', async () => {
  const order = await get('/v1/orders/536365')
  expect(order).toMatchObject({
    state: 'paid',
    customer_id: '7',
    country: 'France',
    placed_amount: '5.9',
    paid_amount: '5.9',
    refunded_amount: '0',
    lines: [{ product_id: 'lantern', amount: '5.9' }]
  })
  expect(order.timeline).toMatchObject([
    { step: 'order_placed', legal: true, amount: '5.9' },
    { step: 'order_paid', legal: true, state: 'paid' },
    { step: 'order_completed', legal: false, state: 'paid', amount: null }
  ])
})

test('customers and their orders, a credit note among them', async () => {
  expect((await get('/v1/customers')).items).toMatchObject([{ customer_id: '7', orders: 2 }])
  expect((await get('/v1/customers/7/orders')).items).toMatchObject([
    { order_id: 'C1', state: 'refunded', amount: '-2', currency: 'GBP', lines: 1 }
  ])
})

test('sales come by default for the last 30 days with sales', async () => {
  const answer = await get('/v1/sales')
  expect(answer).toMatchObject({ from: '2026-01-02', to: '2026-01-31', grain: 'day', group_by: [] })
  expect(answer.rows[0]).toEqual(total)
})

test('sales by product name the product, and say when rows were left out', async () => {
  const answer = await get('/v1/sales?from=2026-01-01&to=2026-01-05&grain=total&group_by=product_id&limit=1')
  expect(salesAsked.at(-1)).toMatchObject({
    from: '2026-01-01',
    to: '2026-01-05',
    grain: 'total',
    dimensions: ['product_id'],
    limit: 2,
    time_zone: 'Europe/London'
  })
  expect(answer).toMatchObject({
    truncated: true,
    rows: [{ product_id: 'lantern', title: 'White Metal Lantern' }]
  })
  const all = await get('/v1/sales?group_by=product_id')
  expect(all.rows[1].product_id).toBeNull()
})

test.each([
  ['/v1/products?limit=1000', 400, 'limit'],
  ['/v1/products?sort=best', 400, 'sort'],
  ['/v1/products?cursor=-1', 400, 'cursor'],
  ['/v1/products/unknown', 404, 'product_id'],
  ['/v1/products/unknown/similar', 404, 'product_id'],
  ['/v1/products/lantern/similar?limit=x', 400, 'limit'],
  ['/v1/search', 400, 'q'],
  ['/v1/search?q=', 400, 'q'],
  [`/v1/search?q=${'x'.repeat(201)}`, 400, 'q'],
  ['/v1/forecasts/unknown', 404, 'product_id'],
  ['/v1/forecasts/lantern?history_days=731', 400, 'history_days'],
  ['/v1/forecasts/lantern?days=85', 400, 'days'],
  ['/v1/forecasts/lantern?service_level=1', 400, 'service_level'],
  ['/v1/forecasts/lantern?pack_size=0', 400, 'pack_size'],
  ['/v1/forecasts/lantern?lead_time_days=366', 400, 'lead_time_days'],
  ['/v1/forecasts/lantern?on_hand=', 400, 'on_hand'],
  ['/v1/orders/unknown', 404, 'order_id'],
  ['/v1/customers/unknown/orders', 404, 'customer_id'],
  ['/v1/customers?limit=0', 400, 'limit'],
  ['/v1/sales?from=yesterday', 400, 'from'],
  ['/v1/sales?from=2026-02-30', 400, 'from'],
  ['/v1/sales?from=2026-02-02&to=2026-02-01', 400, 'from'],
  ['/v1/sales?from=1999-01-01&to=2026-02-01', 400, 'from'],
  ['/v1/sales?to=0000-00-00', 400, 'to'],
  ['/v1/sales?grain=minute', 400, 'grain'],
  ['/v1/sales?group_by=customer', 400, 'group_by'],
  ['/v1/sales?group_by=country,channel,kind,category,format', 400, 'group_by'],
  ['/v1/sales?measures=profit', 400, 'measures'],
  ['/v1/sales?measures=', 400, 'measures'],
  ['/v1/sales?time_zone=Mars/Olympus', 400, 'time_zone'],
  ['/v1/sales?compare=last_week', 400, 'compare'],
  ['/v1/sales?cursor=xyz', 400, 'cursor']
])('%s is a %i that names %s', async (url, status, field) => {
  expect(await get(url)).toMatchObject({ status, error: { field } })
})

test('an address that cannot be decoded is a 400, an unknown one and a too long id a 404, all in one form', async () => {
  expect(await get('/v1/products/%E0%A4%A')).toMatchObject({ status: 400, error: { code: 'bad_url' } })
  expect(await get('/v1/nothing')).toMatchObject({ status: 404, error: { code: 'unknown_route' } })
  expect(await get(`/v1/products/${'x'.repeat(300)}`)).toMatchObject({ status: 404 })
  expect(await get('/v1/orders/%00%27%3B--')).toMatchObject({ status: 404 })
})

test('is healthy, ready, measured and described', async () => {
  expect(await get('/health')).toMatchObject({ status: 'ok' })
  expect(await get('/ready')).toMatchObject({ ready: true, missing: [] })
  const metrics = await app.inject('/metrics')
  expect(metrics.body).toContain('flipside_serving_age_seconds{kind="products",version="v1"}')
  expect(metrics.body).toContain('route="/v1/products/:product_id"')
  expect(metrics.body).toContain('flipside_served_events_dropped_total 0')
  const openapi = await get('/openapi.json')
  expect(Object.keys(openapi.paths)).toEqual(
    expect.arrayContaining([
      '/v1/events',
      '/v1/recommendations',
      '/v1/sales',
      '/v1/orders/{order_id}',
      '/ready'
    ])
  )
  expect(openapi.components.schemas.Event.anyOf.length).toBeGreaterThan(20)
  expect((await app.inject('/docs')).statusCode).toBe(200)
})

test('says what it is not ready for', async () => {
  const { app } = await fakeApp(undefined, {
    pingServingStore: down,
    warehouse: { ...dependencies.warehouse, ping: down }
  })
  const answer = await app.inject('/ready')
  expect(answer.statusCode).toBe(503)
  expect(answer.json().missing).toEqual([
    'warehouse',
    'serving store',
    'published products',
    'published popular'
  ])
  await app.close()
})

const noWarehouse = {
  ping: down,
  readOrderSteps: down,
  readOrderLines: down,
  readCustomers: down,
  readCustomerOrders: down,
  readLastSalesDay: down,
  readSales: down,
  readMovers: down,
  readSalesSoFar: down,
  readMostServed: down,
  readProductSales: down,
  readProductStock: down
}

test('a warehouse or catalogue that is not there is a 503 with a hint to retry, never a 500 or a 404', async () => {
  const { app } = await fakeApp(undefined, { warehouse: noWarehouse })
  for (const url of [
    '/v1/orders/1',
    '/v1/customers',
    '/v1/customers/7/orders',
    '/v1/sales',
    '/v1/sales?from=2026-01-01&to=2026-01-02',
    '/v1/sales/summary?from=2026-01-01&to=2026-01-02',
    '/v1/recommendations/most-served?from=2026-01-01&to=2026-01-02',
    '/v1/stock/running-out',
    '/v1/products',
    '/v1/products/lantern',
    '/v1/search?q=lantern',
    '/v1/forecasts/lantern',
    '/v1/replenishment',
    '/v1/replenishment/lantern',
    '/v1/stock/alerts',
    '/v1/stock/idle'
  ]) {
    const answer = await app.inject(url)
    expect([url, answer.statusCode, answer.headers['retry-after']]).toEqual([url, 503, '1'])
  }
  await app.close()
})

test('an empty warehouse has no sales, no customers, and says so plainly', async () => {
  const { app } = await fakeApp({ products: [] })
  expect((await app.inject('/v1/sales')).json()).toMatchObject({ from: null, to: null, rows: [] })
  expect((await app.inject('/v1/customers')).json()).toEqual({ items: [] })
  expect((await app.inject('/v1/products')).json()).toEqual({ total: 0, items: [] })
  expect((await app.inject('/v1/recommendations')).json()).toMatchObject({ items: [], degraded: false })
  await app.close()
})

test('a question that the warehouse gives up is the asker’s to make smaller, not to ask again', async () => {
  const tooLarge = async () => {
    throw new ClickHouseError({
      message: 'memory limit exceeded',
      code: '241',
      type: 'MEMORY_LIMIT_EXCEEDED'
    })
  }
  const { app } = await fakeApp(undefined, {
    warehouse: { ...noWarehouse, readLastSalesDay: async () => '2026-01-02', readSales: tooLarge }
  })
  const answer = await app.inject('/v1/sales')
  expect(answer.statusCode).toBe(422)
  expect(answer.headers['retry-after']).toBeUndefined()
  expect(answer.json()).toMatchObject({ error: { code: 'too_large_a_question' } })
  await app.close()
})
