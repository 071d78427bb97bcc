import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { fakeApp, product, SERVER, servedStock } from './fakes.ts'

const stocked = servedStock('lantern')
const { app } = await fakeApp({
  products: [product('lantern'), product('mug')],
  popular: { lantern: 1 },
  forecasts: [stocked.forecast],
  replenishment: [stocked.replenishment]
})
afterAll(() => app.close())

const values = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    '0.5',
    '7',
    'NaN',
    'true',
    'all',
    'null',
    '2026-02-30',
    '2026-01-01',
    'lantern',
    'lantern,mug',
    ',',
    'total'
  )
)
const names = fc.constantFrom(
  'limit',
  'offset',
  'cursor',
  'sort',
  'q',
  'from',
  'to',
  'grain',
  'group_by',
  'user_id',
  'anonymous_id',
  'product_id',
  'basket',
  'exclude',
  '__proto__',
  'history_days',
  'probabilities',
  'lead_time_days',
  'lead_time_spread_days',
  'service_level',
  'pack_size',
  'stock_max',
  'on_hand',
  'on_order',
  'state',
  'decision',
  'supplier_id',
  'alert',
  'min_value',
  'budget',
  'kind'
)
const paths = fc.oneof(
  fc.constantFrom(
    '/v1/recommendations',
    '/v1/products',
    '/v1/search',
    '/v1/sales',
    '/v1/customers',
    '/v1/shop',
    '/v1/replenishment',
    '/v1/stock/alerts',
    '/v1/stock/idle',
    '/v1/stock/late',
    '/v1/stock/cover',
    '/v1/stock/running-out',
    '/v1/forecasts/lantern',
    '/v1/replenishment/lantern'
  ),
  fc
    .tuple(
      fc.constantFrom(
        '/v1/products/',
        '/v1/forecasts/',
        '/v1/replenishment/',
        '/v1/orders/',
        '/v1/customers/'
      ),
      values
    )
    .map(([path, id]) => path + encodeId(id)),
  values.map((id) => `/v1/products/${encodeId(id)}/similar`)
)

/** Lone halves of a character cannot be part of an address. */
const encodeId = (text: string) => encodeURIComponent(text.toWellFormed())

test('whatever is asked, the answer is 200, or a 4xx that says what is wrong', async () => {
  await fc.assert(
    fc.asyncProperty(paths, fc.array(fc.tuple(names, values), { maxLength: 4 }), async (path, parameters) => {
      const query = parameters.map(([name, value]) => `${name}=${encodeId(value)}`).join('&')
      const answer = await app.inject(`${path}?${query}`)
      expect([200, 400, 404]).toContain(answer.statusCode)
      const { error } = answer.json()
      if (answer.statusCode === 400) expect(typeof error.field).toBe('string')
      if (answer.statusCode !== 200) expect(error.message).toBeTruthy()
    }),
    { seed: 5, numRuns: 1_500 }
  )
})

/** What people decide, and stock that is shared out: bodies of any shape. */
const bodies = fc.oneof(
  fc.json({ maxDepth: 2 }),
  values,
  fc
    .record(
      {
        suggestion_id: fc.oneof(values, fc.constant('lantern:2026-01-02')),
        quantity: fc.oneof(fc.double(), fc.integer(), values),
        until: fc.oneof(values, fc.constant('2099-01-01T00:00:00Z')),
        place_order: fc.anything({ maxDepth: 1 }),
        author: values,
        worse_below: fc.double(),
        minimum: fc.oneof(fc.double(), fc.nat(10)),
        title: values,
        product_id: fc.oneof(values, fc.constant('lantern')),
        requests: fc.array(fc.record({ account_id: values, units: fc.double() }), { maxLength: 3 })
      },
      { requiredKeys: [] }
    )
    .map((body) => JSON.stringify(body) ?? '')
)
const decisions = fc.oneof(
  fc.constantFrom(
    'POST /v1/replenishment/lantern/accept',
    'POST /v1/replenishment/lantern/snooze',
    'POST /v1/stock/alerts/lantern/low_stock/snooze',
    'POST /v1/stock/allocations',
    'PUT /v1/stock/thresholds/lantern',
    'PUT /v1/suppliers/acme'
  ),
  values.map((id) => `POST /v1/replenishment/${encodeId(id)}/accept`),
  values.map((id) => `POST /v1/stock/alerts/lantern/${encodeId(id)}/snooze`),
  values.map((id) => `PUT /v1/suppliers/${encodeId(id)}`)
)

test('whatever is decided, it is written, or refused with what is wrong', async () => {
  await fc.assert(
    fc.asyncProperty(decisions, bodies, async (decision, payload) => {
      const [method, url = ''] = decision.split(' ')
      const answer = await app.inject({
        method: method === 'PUT' ? 'PUT' : 'POST',
        url,
        headers: { authorization: SERVER, 'content-type': 'application/json' },
        payload: payload.toWellFormed()
      })
      expect([200, 202, 400, 404, 409]).toContain(answer.statusCode)
      if (answer.statusCode > 202) expect(answer.json().error.message).toBeTruthy()
    }),
    { seed: 7, numRuns: 1_000 }
  )
})
