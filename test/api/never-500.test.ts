import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { fakeApp, product } from './fakes.ts'

const { app } = await fakeApp({ products: [product('lantern'), product('mug')], popular: { lantern: 1 } })
afterAll(() => app.close())

const values = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    'NaN',
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
  '__proto__'
)
const paths = fc.oneof(
  fc.constantFrom(
    '/v1/recommendations',
    '/v1/products',
    '/v1/search',
    '/v1/sales',
    '/v1/customers',
    '/v1/shop'
  ),
  fc
    .tuple(fc.constantFrom('/v1/products/', '/v1/forecasts/', '/v1/orders/', '/v1/customers/'), values)
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
