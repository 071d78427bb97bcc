import { deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeEach, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { ADMIN, BROWSER, fakeApp, SERVER } from './fakes.ts'
import { exampleOf } from '../../docs/event-examples.ts'
import { eventTypes } from '../../models/contracts/events.ts'
import { topicOf } from '../../models/contracts/topics.ts'

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

const view = (fields: object = {}) => ({
  type: 'product_viewed',
  event_id: '01890000-0000-7000-8000-000000000001',
  occurred_at: '2026-01-02T03:04:05.678Z',
  anonymous_id: 'guest',
  product_id: 'lantern',
  ...fields
})
const stock = {
  type: 'stock_adjusted',
  event_id: '01890000-0000-7000-8000-000000000002',
  occurred_at: '2026-01-02T03:04:05Z',
  product_id: 'lantern',
  quantity: -2
}

type PostOptions = { key?: string; type?: string; query?: string; agent?: string; encoding?: string }
async function post(body: unknown, options: PostOptions = {}) {
  const { key = BROWSER, type = 'application/json', query = '', agent = 'test', encoding } = options
  const answer = await app.inject({
    method: 'POST',
    url: `/v1/events${query}`,
    headers: {
      'content-type': type,
      'user-agent': agent,
      ...(key && { authorization: key }),
      ...(encoding && { 'content-encoding': encoding })
    },
    payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  })
  return { status: answer.statusCode, headers: answer.headers, ...answer.json() }
}
const sentTo = (topic: string) =>
  (sent.get(topic) ?? []).map(({ key, value }) => ({ key, ...JSON.parse(String(value)) }))

test('takes one event, stamps when it came, and keys it by its visitor', async () => {
  expect(await post(view())).toMatchObject({ status: 202, accepted: 1, rejected: 0 })
  const [stored] = sentTo('flipside.behaviour')
  expect(stored).toMatchObject({ key: 'guest', product_id: 'lantern' })
  expect(Date.parse(stored.received_at)).toBeGreaterThan(Date.parse('2026-01-01'))
})

test('takes an array, a list under events, and text as a closing page sends it', async () => {
  expect(await post([view(), view()])).toMatchObject({ status: 202, accepted: 2 })
  expect(await post({ events: [view()] })).toMatchObject({ status: 202, accepted: 1 })
  const beacon = { key: '', type: 'text/plain;charset=UTF-8', query: '?key=browser' }
  expect(await post(view(), beacon)).toMatchObject({ status: 202, accepted: 1 })
})

test('a wrong single event is a 400 that names the field, and is kept as rejected', async () => {
  const answer = await post(view({ product_id: '' }))
  expect(answer).toMatchObject({ status: 400, error: { code: 'invalid_event', field: 'product_id' } })
  const [kept] = sentTo('flipside.rejected')
  expect(kept).toMatchObject({ key: null, source: 'collector', body_encoding: 'utf8' })
  expect(JSON.parse(kept.body)).toEqual(view({ product_id: '' }))
  expect(sentTo('flipside.behaviour')).toEqual([])
})

test('one wrong event does not spoil its batch', async () => {
  const answer = await post([view(), view({ colour: 'red' }), 7])
  expect(answer).toMatchObject({ status: 202, accepted: 1, rejected: 2 })
  expect(answer.results).toMatchObject([
    { status: 'accepted', event_id: view().event_id },
    { status: 'rejected', code: 'invalid_event', field: 'colour' },
    { status: 'rejected', event_id: null, reason: 'an event is a JSON object' }
  ])
})

test('the browser key sends behaviour only; what it may not send is not kept', async () => {
  expect(await post(stock)).toMatchObject({ status: 403, error: { code: 'forbidden', field: 'type' } })
  expect(await post([stock, view()])).toMatchObject({ status: 202, accepted: 1, rejected: 1 })
  expect(sentTo('flipside.stock')).toEqual([])
  expect(sentTo('flipside.rejected')).toEqual([])
})

test.each([
  [
    BROWSER,
    (type: string, topic: string) => topic === 'flipside.behaviour' && type !== 'recommendation_served'
  ],
  [SERVER, (type: string) => !type.startsWith('api_key_')],
  [ADMIN, () => true]
])('%s sends the types of its scope and no others', async (key, may) => {
  for (const type of eventTypes) {
    sent.clear()
    const answer = await post(exampleOf(type), { key })
    expect({ type, status: answer.status }).toEqual({ type, status: may(type, topicOf[type]) ? 202 : 403 })
    expect([...sent.keys()]).toEqual(answer.status === 202 ? [topicOf[type]] : [])
  }
})

test('what is rejected keeps the scope of its key, so that sending it again gives no more rights', async () => {
  for (const key of [BROWSER, SERVER, ADMIN]) {
    await post([view({ product_id: 7 })], { key })
    await post('{', { key })
  }
  const scopes = sentTo('flipside.rejected').map(({ scope }) => scope)
  expect(scopes).toEqual(['browser', 'browser', 'server', 'server', 'admin', 'admin'])
})

test('of a wrong event sent alone the very bytes are kept', async () => {
  const body = '{ "type": "product_viewed", "product_id": 1e999, "product_id": 2 }'
  expect(await post(body)).toMatchObject({ status: 400 })
  expect(sentTo('flipside.rejected')).toMatchObject([{ body }])
})

test.each(['gzip', 'deflate', 'identity', 'GZIP'])(
  'takes a body with content-encoding %s',
  async (encoding) => {
    const text = JSON.stringify([view(), view()])
    const packed = /gzip/i.test(encoding) ? gzipSync(text) : encoding === 'deflate' ? deflateSync(text) : text
    expect(await post(packed, { encoding })).toMatchObject({ status: 202, accepted: 2 })
  }
)

test('another content-encoding is a 415, and one that is not what it says a 400 whose bytes are kept', async () => {
  expect(await post(view(), { encoding: 'br' })).toMatchObject({
    status: 415,
    error: { code: 'unsupported_encoding' }
  })
  const body = JSON.stringify(view())
  expect(await post(body, { encoding: 'gzip' })).toMatchObject({
    status: 400,
    error: { code: 'invalid_encoding' }
  })
  expect(sentTo('flipside.rejected')).toMatchObject([{ body }])
})

test('text that is no UTF-8 is not guessed at', async () => {
  const body = Buffer.concat([Buffer.from('{"type":"'), Buffer.from([0xff]), Buffer.from('"}')])
  expect(await post(body)).toMatchObject({ status: 400, error: { code: 'invalid_json' } })
  const [kept] = sentTo('flipside.rejected')
  expect(Buffer.from(kept.body, kept.body_encoding)).toEqual(body)
})

const CRAWLER = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
test.each([
  [CRAWLER, true],
  ['Mozilla/5.0 (compatible; bingbot/2.0)', true],
  ['facebookexternalhit/1.1', true],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0.0.0 Safari/537.36', true],
  [
    'Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 Chrome/96.0 Mobile Safari/537.36',
    undefined
  ],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0', undefined],
  ['curl/8.5.0', undefined]
])('%s is marked as a program: %s', async (agent, is_bot) => {
  expect(await post([view(), view()], { agent })).toMatchObject({ status: 202, accepted: 2 })
  expect(sentTo('flipside.behaviour').map((event) => event.is_bot)).toEqual([is_bot, is_bot])
})

test('what the sender marked stays marked, and a crawler cannot unmark itself', async () => {
  await post([view({ is_bot: true })])
  await post([view({ is_bot: false })], { agent: CRAWLER })
  expect(sentTo('flipside.behaviour').map((event) => event.is_bot)).toEqual([true, true])
})

test('a shop’s server may send what it saw whatever its own program is called', async () => {
  await post([view(), stock], { key: SERVER, agent: CRAWLER })
  expect(sentTo('flipside.behaviour')[0].is_bot).toBeUndefined()
  expect(sentTo('flipside.stock')).toHaveLength(1)
})

test('the metrics tell what became of events, of bots, of bytes and of refused requests', async () => {
  const growths: Record<string, number> = {
    'flipside_events_total{result="accepted",code=""}': 1,
    'flipside_events_total{result="rejected",code="invalid_event"}': 1,
    'flipside_events_total{result="refused",code="forbidden"}': 1,
    flipside_bot_events_total: 1,
    'flipside_collector_refused_requests_total{code="unauthorised"}': 1,
    'flipside_collector_refused_requests_total{code="body_too_large"}': 1,
    flipside_collector_body_bytes_total: JSON.stringify([view({ is_bot: true }), 7, stock]).length
  }
  const read = async () => {
    const lines = (await app.inject('/metrics')).body.split('\n')
    const numberOf = (name: string) =>
      Number(
        lines
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')
          .at(-1) ?? 0
      )
    return Object.keys(growths).map((name) => [name, numberOf(name)] as const)
  }
  const before = new Map(await read())
  await post([view({ is_bot: true }), 7, stock])
  await post(view(), { key: 'Bearer wrong' })
  await post(' '.repeat(4 * 1024 * 1024 + 1))
  const grown = (await read()).map(([name, value]) => [name, value - (before.get(name) ?? 0)])
  expect(Object.fromEntries(grown)).toEqual(growths)
})

test('the server key sends stock, keyed by product, but not in the address', async () => {
  expect(await post(stock, { key: SERVER })).toMatchObject({ status: 202, accepted: 1 })
  expect(sentTo('flipside.stock')).toMatchObject([{ key: 'lantern', quantity: -2 }])
  expect(await post(stock, { key: '', query: '?key=secret' })).toMatchObject({ status: 401 })
})

test.each(['', 'Bearer wrong', 'Bearer', 'Basic browser'])(
  'the key %j is a 401, and nothing is kept',
  async (key) => {
    expect(await post('{', { key })).toMatchObject({ status: 401, error: { field: 'authorization' } })
    expect(sent.size).toBe(0)
  }
)

test('what is not JSON is a 400, and its bytes are kept', async () => {
  expect(await post('{"type":')).toMatchObject({ status: 400, error: { code: 'invalid_json' } })
  expect(sentTo('flipside.rejected')).toMatchObject([{ body: '{"type":', body_encoding: 'utf8' }])
})

test('an empty batch, one of 501 and one under events that is no list are refused as a whole', async () => {
  expect(await post([])).toMatchObject({ status: 400, error: { field: 'events' } })
  expect(await post(Array.from({ length: 501 }, () => view()))).toMatchObject({ status: 400 })
  expect(await post({ events: 'all' })).toMatchObject({ status: 400, error: { field: 'events' } })
})

test('an event of more than 32 KB is rejected; an order may have 256 KB; a body of more than 4 MiB is a 413', async () => {
  const attributes = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`a${i}`, '好'.repeat(500)]))
  const large = {
    type: 'product_upserted',
    event_id: stock.event_id,
    occurred_at: stock.occurred_at,
    product_id: 'p',
    work_id: 'p',
    title: 'large',
    attributes,
    price: null,
    currency: 'GBP'
  }
  expect(await post(large, { key: SERVER })).toMatchObject({ status: 400 })
  const line = {
    line_id: 0,
    kind: 'product',
    product_id: 'p',
    description: 'x'.repeat(50),
    quantity: 1,
    unit_price: '1'
  }
  const order = {
    type: 'order_placed',
    event_id: stock.event_id,
    occurred_at: stock.occurred_at,
    order_id: 'o',
    currency: 'GBP',
    tax_included: false,
    lines: Array.from({ length: 1_114 }, (_, line_id) => ({ ...line, line_id }))
  }
  expect(await post(order, { key: SERVER })).toMatchObject({ status: 202 })
  expect(sentTo('flipside.orders')).toMatchObject([{ key: 'o' }])
  expect(await post(' '.repeat(4 * 1024 * 1024 + 1))).toMatchObject({ status: 413 })
})

test('fields and items beyond their number are refused by their number, not one by one', async () => {
  const ids = Array.from({ length: 5_000 }, (_, i) => i)
  const list = { ...view(), type: 'list_viewed', list_id: 'l', product_id: undefined, product_ids: ids }
  expect(await post(list)).toMatchObject({ status: 400, error: { field: 'product_ids' } })
  const fields = Object.fromEntries(ids.slice(0, 500).map((i) => [`f${i}`, i]))
  expect(await post(view(fields))).toMatchObject({ status: 400, error: { field: 'f0' } })
  const upserted = { ...exampleOf('product_upserted'), attributes: fields }
  expect(await post(upserted, { key: SERVER })).toMatchObject({ status: 400, error: { field: 'attributes' } })
})

test('another content type is a 415', async () => {
  expect(await post('<event/>', { type: 'application/xml' })).toMatchObject({ status: 415 })
})

test('reports nothing as accepted when the log does not take it', async () => {
  isLogDown = true
  const answer = await post([view(), view()])
  expect(answer).toMatchObject({ status: 503, error: { code: 'service_down' } })
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.accepted).toBeUndefined()
})

test('a page of another origin may send events but not read orders', async () => {
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/v1/events',
    headers: { origin: 'http://shop.example' }
  })
  expect(preflight.statusCode).toBe(204)
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'authorization, content-type, content-encoding'
  })
  const orders = await app.inject('/v1/orders/1')
  expect(orders.headers['access-control-allow-origin']).toBeUndefined()
})

test('no body makes it fail: every answer is 202 or says what is wrong, and every event is accounted for', async () => {
  const almostEvent = fc.record(
    {
      type: fc.oneof(fc.constantFrom(...eventTypes, '__proto__', 'toString'), fc.anything()),
      event_id: fc.oneof(fc.constant(view().event_id), fc.jsonValue()),
      occurred_at: fc.oneof(fc.constant(view().occurred_at), fc.date().map(String), fc.jsonValue()),
      anonymous_id: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
      product_id: fc.oneof(fc.string(), fc.jsonValue()),
      lines: fc.jsonValue()
    },
    { requiredKeys: [] }
  )
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    almostEvent.map((event) => JSON.stringify(event)),
    fc.array(almostEvent, { maxLength: 5 }).map((events) => JSON.stringify({ events }))
  )
  await fc.assert(
    fc.asyncProperty(body, fc.constantFrom(BROWSER, SERVER), async (text, key) => {
      sent.clear()
      const answer = await post(text, { key })
      expect([202, 400, 403]).toContain(answer.status)
      if (answer.status !== 202) {
        expect(answer.error.message).toBeTruthy()
        return
      }
      const stored = [...sent.values()].reduce((sum, messages) => sum + messages.length, 0)
      const forbidden = answer.results.filter(
        (result: { code?: string }) => result.code === 'forbidden'
      ).length
      expect(stored + forbidden).toBe(answer.results.length)
    }),
    { seed: 11, numRuns: 400 }
  )
})

test('whatever was refused is kept in a form that every store takes', async () => {
  const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
  const bodies = [
    '😀',
    deep,
    `${JSON.stringify(view()).slice(0, -1)},"extra":${deep}}`,
    '{"type":"x😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"}',
    '{"type":"\\ud83d"}',
    JSON.stringify({ ...view(), '\ud83d': 1 }),
    '\u0001'.repeat(260_000)
  ]
  // A list, however strange, is a batch, whose answers are told apart.
  for (const body of bodies) {
    expect(await post(body, { key: SERVER })).toMatchObject(body === deep ? { rejected: 1 } : { status: 400 })
  }
  const kept = (sent.get('flipside.rejected') ?? []).map(({ value }) => String(value))
  expect(kept).toHaveLength(bodies.length)
  for (const text of kept) {
    expect(text.length).toBeLessThan(600_000)
    // An escaped half of a pair would be refused by the warehouse.
    expect(/\\ud[89a-f]/i.test(text.replaceAll('\\\\u', ''))).toBe(false)
  }
})

test('an event from the future is refused, one of a fast clock taken', async () => {
  const ahead = (ms: number) => view({ occurred_at: new Date(Date.now() + ms).toISOString() })
  expect(await post(ahead(3_600_000))).toMatchObject({ status: 202 })
  expect(await post(ahead(2 * 86_400_000))).toMatchObject({ status: 400, error: { field: 'occurred_at' } })
})
