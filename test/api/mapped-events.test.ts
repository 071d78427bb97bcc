import { afterAll, beforeEach, expect, test } from 'vitest'
import fc from 'fast-check'
import { fakeApp } from './fakes.ts'

let isLogDown = false
const { app, sent } = await fakeApp(undefined).then(async (fakes) => {
  const { sendEvents } = fakes.dependencies
  await fakes.app.close()
  const again = await fakeApp(undefined, {
    sendEvents: async (topic, messages) => {
      if (isLogDown) throw new Error('the log is down')
      await sendEvents(topic, messages)
    }
  })
  return { app: again.app, sent: fakes.sent }
})
beforeEach(() => {
  sent.clear()
  isLogDown = false
})
afterAll(() => app.close())

const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`
async function post(url: string, body: unknown, options: { key?: string; type?: string } = {}) {
  const { key = basic('browser'), type = 'application/json' } = options
  const answer = await app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': type, ...(key && { authorization: key }) },
    payload: typeof body === 'string' ? body : JSON.stringify(body)
  })
  return { status: answer.statusCode, ...answer.json() }
}
const sentTo = (topic: string) =>
  (sent.get(topic) ?? []).map(({ key, value }) => ({ key, ...JSON.parse(String(value)) }))

let made = 0
const track = (event: string, properties: object = {}) => ({
  type: 'track',
  event,
  messageId: `0198c0de-0000-7000-8000-${String(++made).padStart(12, '0')}`,
  timestamp: '2026-01-02T03:04:05.678Z',
  anonymousId: 'guest',
  properties
})
const completed = () =>
  track('Order Completed', {
    order_id: 'o-1',
    currency: 'GBP',
    total: 9.5,
    products: [{ product_id: 'lantern', price: 9.5, quantity: 1 }]
  })
const viewItem = { name: 'view_item', params: { items: [{ item_id: 'lantern' }] } }
const ga4 = (...events: object[]) => ({ client_id: 'guest', timestamp_micros: 1_767_323_045_678_000, events })

test('takes a call of a Segment library, its write key as the user of Basic', async () => {
  const call = track('Product Viewed', { product_id: 'lantern' })
  expect(await post('/v1/segment', call)).toMatchObject({
    status: 202,
    accepted: 1,
    results: [{ index: 0, status: 'accepted', event_id: call.messageId }]
  })
  expect(sentTo('flipside.behaviour')).toMatchObject([
    { key: 'guest', type: 'product_viewed', product_id: 'lantern', received_at: expect.any(String) }
  ])
})

test('one order there is two events here, in the log of orders, for who may tell of orders', async () => {
  expect(await post('/v1/segment', completed(), { key: basic('secret') })).toMatchObject({
    status: 202,
    accepted: 2
  })
  expect(sentTo('flipside.orders')).toMatchObject([
    { key: 'o-1', type: 'order_placed' },
    { key: 'o-1', type: 'order_paid', amount: '9.5' }
  ])
  sent.clear()
  expect(await post('/v1/segment', completed())).toMatchObject({ status: 403, error: { code: 'forbidden' } })
  expect(sent.size).toBe(0)
})

test('of a batch each event has its own result, and what was refused is kept with the reason', async () => {
  const coupon = track('Coupon Entered', { coupon: 'SPRING' })
  const batch = [
    completed(),
    track('Product Viewed', { product_id: 'lantern' }),
    coupon,
    track('Product Viewed'),
    7
  ]
  const answer = await post('/v1/segment', { batch })
  expect(answer).toMatchObject({
    status: 202,
    accepted: 1,
    rejected: 5,
    results: [
      { index: 0, status: 'rejected', code: 'forbidden' },
      { index: 0, status: 'rejected', code: 'forbidden' },
      { index: 1, status: 'accepted' },
      { index: 2, status: 'rejected', code: 'no_counterpart', field: 'event', event_id: null },
      { index: 3, status: 'rejected', code: 'invalid_event', field: 'product_id' },
      { index: 4, status: 'rejected', code: 'no_counterpart', field: 'type' }
    ]
  })
  const kept = sentTo('flipside.rejected')
  expect(kept).toHaveLength(3)
  expect(kept.map(({ reason }) => reason)).toContain('event: "Coupon Entered" has no counterpart here')
  expect(kept.map(({ body }) => body)).toContain(JSON.stringify(coupon))
})

test('takes a Measurement Protocol request with a browser key in the address, and no other there', async () => {
  const text = { key: '', type: 'text/plain;charset=UTF-8' }
  expect(await post('/v1/ga4?measurement_id=G-1&api_secret=browser', ga4(viewItem), text)).toMatchObject({
    status: 202,
    accepted: 1
  })
  expect(sentTo('flipside.behaviour')).toMatchObject([{ type: 'product_viewed', anonymous_id: 'guest' }])
  expect(await post('/v1/ga4?api_secret=secret', ga4(viewItem), text)).toMatchObject({ status: 401 })
  expect(await post('/v1/ga4', ga4(viewItem), { key: 'Bearer secret' })).toMatchObject({
    status: 202,
    accepted: 1
  })
})

test.each(['', 'Basic', basic('wrong'), 'Bearer wrong', 'Basic ///'])('the key %j is a 401', async (key) => {
  expect(await post('/v1/segment', track('Product Viewed'), { key })).toMatchObject({ status: 401 })
  expect(sent.size).toBe(0)
})

test('a single call without counterpart is a 400 that says so, and is kept', async () => {
  expect(await post('/v1/segment', track('Coupon Entered'))).toMatchObject({
    status: 400,
    error: { code: 'no_counterpart', field: 'event' }
  })
  expect(sentTo('flipside.rejected')).toHaveLength(1)
})

test('requests that hold no events, or too many, are refused as a whole', async () => {
  const many = Array.from({ length: 501 }, () => track('Product Viewed'))
  expect(await post('/v1/segment', { batch: [] })).toMatchObject({ status: 400, error: { field: 'batch' } })
  expect(await post('/v1/segment', { batch: many })).toMatchObject({ status: 400, error: { field: 'batch' } })
  expect(await post('/v1/ga4', { client_id: 'guest' })).toMatchObject({
    status: 400,
    error: { field: 'events' }
  })
  const items = Array.from({ length: 1_001 }, (_, i) => ({ item_id: `p${i}` }))
  expect(await post('/v1/ga4', ga4({ name: 'view_item', params: { items } }))).toMatchObject({ status: 400 })
  expect(await post('/v1/segment', '{"batch":')).toMatchObject({
    status: 400,
    error: { code: 'invalid_json' }
  })
  expect(sentTo('flipside.rejected')).toMatchObject([{ body: '{"batch":' }])
})

test('reports nothing as accepted when the log does not take it', async () => {
  isLogDown = true
  expect(await post('/v1/segment', track('Product Viewed', { product_id: 'p' }))).toMatchObject({
    status: 503
  })
})

test('no body makes it fail, and every event is accounted for', async () => {
  const call = fc.oneof(
    fc.jsonValue(),
    fc.record({
      type: fc.constant('track'),
      event: fc.constantFrom('Product Viewed', 'Order Completed', 'x'),
      properties: fc.jsonValue()
    })
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { maxLength: 4 }),
      fc.constantFrom('browser', 'secret'),
      async (batch, key) => {
        sent.clear()
        for (const [url, body] of [
          ['/v1/segment', { batch }],
          ['/v1/ga4', { events: batch }]
        ] as const) {
          const answer = await post(url, body, { key: basic(key) })
          expect(answer.status).toBe(batch.length === 0 ? 400 : 202)
          if (batch.length > 0) {
            const indexes = new Set(answer.results.map(({ index }: { index: number }) => index))
            expect(indexes.size).toBe(batch.length)
            expect(answer.accepted + answer.rejected).toBe(answer.results.length)
          }
        }
      }
    ),
    { seed: 4, numRuns: 60 }
  )
})
