import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { uuidOf } from '../../../api/mapping/event-ids.ts'
import { ga4Form, segmentForm } from '../../../api/mapping/forms.ts'
import { moneyNumber, moneyText } from '../../../api/mapping/loose.ts'
import type { Mapped } from '../../../api/mapping/mapped.ts'
import { readGa4 } from '../../../api/mapping/read-ga4.ts'
import { readSegment } from '../../../api/mapping/read-segment.ts'
import { checkEvent } from '../../../models/contracts/check-event.ts'
import { formatMoney, parseMoney } from '../../../models/contracts/money.ts'

const RECEIVED_AT = '2026-01-31T12:00:05.000Z'
const TIME = '2026-01-31T12:00:00.123Z'
const UUID = '0198C0DE-0000-7000-8000-00000000000A'
const MICROS = Date.parse(TIME) * 1_000

const segment = (call: object, receivedAt = RECEIVED_AT) =>
  readSegment({ type: 'track', messageId: UUID, timestamp: TIME, anonymousId: 'guest', ...call }, receivedAt)
const ga4 = (event: object, request: object = {}, at = { index: 0, receivedAt: RECEIVED_AT }) =>
  readGa4(event, { client_id: 'guest', timestamp_micros: MICROS, ...request }, at)
const eventsOf = (mapped: Mapped) => {
  if (!mapped.ok) throw new Error(mapped.reason)
  return mapped.events
}
const idsOf = (mapped: Mapped) => eventsOf(mapped).map((event) => event['event_id'])

describe('Segment', () => {
  const completed = {
    event: 'Order Completed',
    userId: 'c-1',
    properties: {
      order_id: '50314b8e',
      affiliation: 'web',
      subtotal: 22.5,
      total: 27.5,
      revenue: 25,
      shipping: 3,
      tax: 2,
      discount: 2.5,
      currency: 'USD',
      products: [
        {
          product_id: 'monopoly',
          sku: '45790',
          name: 'Monopoly: 3rd Edition',
          price: 19,
          quantity: 1,
          url: 'https://x'
        },
        { sku: 'uno', price: '3.00', quantity: 2 }
      ]
    }
  }

  it('Order Completed is an order placed and paid', () => {
    const envelope = {
      occurred_at: TIME,
      user_id: 'c-1',
      anonymous_id: 'guest',
      source: 'segment',
      order_id: '50314b8e',
      currency: 'USD'
    }
    const [placed, paid, ...others] = eventsOf(segment(completed))
    expect(others).toEqual([])
    expect(placed).toEqual({
      type: 'order_placed',
      event_id: UUID.toLowerCase(),
      ...envelope,
      tax_included: false,
      channel: 'web',
      lines: [
        {
          line_id: 1,
          kind: 'product',
          product_id: 'monopoly',
          description: 'Monopoly: 3rd Edition',
          quantity: 1,
          unit_price: '19'
        },
        { line_id: 2, kind: 'product', product_id: 'uno', quantity: 2, unit_price: '3.00' },
        { line_id: 3, kind: 'postage', quantity: 1, unit_price: '3' },
        { line_id: 4, kind: 'discount', quantity: 1, unit_price: '-2.5' }
      ]
    })
    expect(paid).toEqual({ type: 'order_paid', event_id: expect.any(String), ...envelope, amount: '27.5' })
    expect([placed, paid].map((event) => checkEvent(event).ok)).toEqual([true, true])
  })

  it('without a total, what was paid is what the lines and the tax come to', () => {
    const { total: _, ...properties } = completed.properties
    expect(eventsOf(segment({ ...completed, properties }))[1]).toMatchObject({ amount: '27.5' })
  })

  it('an Identify is a login, news of the customer, or both; who they are by name is left out', () => {
    const traits = { email: 'ann@example.com', name: 'Ann', address: { country: 'France' }, tier: 'gold' }
    expect(eventsOf(segment({ type: 'identify', userId: 7, traits }))).toMatchObject([
      { type: 'customer_logged_in', customer_id: '7', anonymous_id: 'guest' },
      { type: 'customer_updated', customer_id: '7', country: 'France', tier: 'gold' }
    ])
    expect(JSON.stringify(segment({ type: 'identify', userId: 7, traits }))).not.toMatch(/ann/i)
  })

  it.each([
    [{ event: 'Coupon Entered' }, 'event: "Coupon Entered" has no counterpart here'],
    [{ event: 'toString' }, 'event: "toString" has no counterpart here'],
    [{ type: 'page' }, 'type: a call of type "page" has no counterpart here'],
    [
      { event: 'Order Updated', properties: { status: 'packed' } },
      'properties/status: an Order Updated of status "packed" has no counterpart here'
    ],
    [{ type: 'identify' }, 'userId: an Identify without a user has no counterpart here'],
    [
      { event: 'Product Viewed', messageId: undefined, timestamp: undefined },
      'messageId: without it and without a timestamp a repeat could not be told from a second event'
    ]
  ])('%j is refused: %s', (call, reason) => {
    expect(segment(call)).toMatchObject({ ok: false, reason })
  })

  it.each([
    [
      'an amount of too many places',
      { products: [{ product_id: 'p', price: 0.1 + 0.2 }] },
      'lines/0/unit_price'
    ],
    ['a product without id', { products: [{ price: 1 }] }, 'lines/0/product_id'],
    ['no currency', { currency: undefined }, 'currency'],
    ['half a unit', { products: [{ product_id: 'p', price: 1, quantity: 0.5 }] }, 'lines/0/quantity'],
    ['postage that is no amount', { shipping: 'free' }, 'lines/2/unit_price']
  ])('%s is named by the check of the event', (_, properties, field) => {
    const [placed] = eventsOf(
      segment({ ...completed, properties: { ...completed.properties, ...properties } })
    )
    expect(checkEvent(JSON.parse(JSON.stringify(placed)))).toMatchObject({ ok: false, field })
  })

  it('a retry has the same ids, another message has others', () => {
    const call = { ...completed, messageId: 'ajs-next-1706-abc' }
    const ids = idsOf(segment(call))
    expect(idsOf(segment({ ...call, sentAt: '2026-02-01T00:00:00Z' }, '2026-02-02T00:00:00.000Z'))).toEqual(
      ids
    )
    expect(new Set([...ids, ...idsOf(segment({ ...call, messageId: 'ajs-next-1706-abd' }))]).size).toBe(4)
    const unnamed = { ...completed, messageId: undefined }
    expect(idsOf(segment({ ...unnamed, sentAt: 'later' }))).toEqual(idsOf(segment(unnamed)))
    const untimed = { ...call, timestamp: undefined }
    expect(idsOf(segment(untimed, '2026-02-02T00:00:00.000Z'))).toEqual(idsOf(segment(untimed)))
  })

  it('a time of another zone is brought to UTC, one without a zone is refused', () => {
    const at = (timestamp: string) =>
      eventsOf(segment({ event: 'Product Viewed', timestamp, properties: { sku: 'p' } }))[0]
    expect(at('2026-01-31T13:00:00.5+01:00')).toMatchObject({ occurred_at: '2026-01-31T12:00:00.500Z' })
    expect(checkEvent(at('2026-01-31T13:00:00'))).toMatchObject({ ok: false, field: 'occurred_at' })
  })
})

describe('GA4', () => {
  const purchase = {
    name: 'purchase',
    params: {
      transaction_id: 'T-1',
      currency: 'EUR',
      value: 30.03,
      shipping: 3.33,
      tax: 1.11,
      items: [{ item_id: 'SKU_1', item_name: 'Tee', index: 0, price: 10.01, quantity: 3 }]
    }
  }

  it('a purchase is an order placed and paid, postage and tax included', () => {
    expect(eventsOf(ga4(purchase, { user_id: 'c-1' }))).toMatchObject([
      {
        type: 'order_placed',
        order_id: 'T-1',
        user_id: 'c-1',
        anonymous_id: 'guest',
        occurred_at: TIME,
        tax_included: false,
        lines: [
          { line_id: 1, product_id: 'SKU_1', description: 'Tee', quantity: 3, unit_price: '10.01' },
          { line_id: 2, kind: 'postage', quantity: 1, unit_price: '3.33' }
        ]
      },
      { type: 'order_paid', order_id: 'T-1', amount: '34.47' }
    ])
  })

  it('each of several items is an event of its own', () => {
    const params = {
      item_list_id: 'related',
      items: [
        { item_id: 'a', index: 1 },
        { item_id: 'b', quantity: 2 }
      ]
    }
    expect(eventsOf(ga4({ name: 'add_to_cart', params }))).toMatchObject([
      { type: 'cart_added', product_id: 'a', quantity: 1, list_id: 'related', position: 1 },
      { type: 'cart_added', product_id: 'b', quantity: 2, list_id: 'related' }
    ])
    expect(new Set(idsOf(ga4({ name: 'add_to_cart', params }))).size).toBe(2)
    expect(ga4({ name: 'add_to_cart' })).toMatchObject({ ok: false, field: 'params/items' })
  })

  it('a refund of the whole order is one line of its value', () => {
    const params = { transaction_id: 'T-1', currency: 'EUR', value: 34.47 }
    expect(eventsOf(ga4({ name: 'refund', params }))).toMatchObject([
      { type: 'order_refunded', lines: [{ line_id: 1, kind: 'manual', quantity: -1, unit_price: '34.47' }] }
    ])
    const [nothing] = eventsOf(ga4({ name: 'refund', params: { transaction_id: 'T-1', currency: 'EUR' } }))
    expect(checkEvent(JSON.parse(JSON.stringify(nothing)))).toMatchObject({
      ok: false,
      field: 'lines/0/unit_price'
    })
  })

  it('the hits of a search are marked as invented where nobody said them', () => {
    const [search] = eventsOf(ga4({ name: 'search', params: { search_term: 'abba' } }))
    expect(search).toMatchObject({ query: 'abba', result_count: 0, simulated: ['result_count'] })
    const params = { search_term: 'abba', result_count: 3 }
    expect(eventsOf(ga4({ name: 'search', params }))[0]).not.toHaveProperty('simulated')
  })

  it('what GA4 alone knows is refused with its name', () => {
    expect(ga4({ name: 'scroll' })).toMatchObject({
      ok: false,
      field: 'name',
      reason: 'name: "scroll" has no counterpart here'
    })
  })

  it('a retry has the same ids: by its time, or by its order; without either it counts again', () => {
    const later = { index: 0, receivedAt: '2026-01-31T13:00:00.000Z' }
    const untimed = { timestamp_micros: undefined }
    const view = { name: 'view_item', params: { items: [{ item_id: 'a' }] } }
    expect(idsOf(ga4(view, {}, later))).toEqual(idsOf(ga4(view)))
    expect(idsOf(ga4(purchase, untimed, later))).toEqual(idsOf(ga4(purchase, untimed)))
    expect(idsOf(ga4(view, untimed, later))).not.toEqual(idsOf(ga4(view, untimed)))
    expect(idsOf(ga4(view, {}, { ...later, index: 1 }))).not.toEqual(idsOf(ga4(view)))
  })
})

describe('money', () => {
  test.each([
    [12.9, '12.9'],
    [0, '0'],
    [-0, '0'],
    ['12.90', '12.90'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [undefined, undefined]
  ])('%j is read as %j', (number, text) => expect(moneyText(number)).toBe(text))

  test('any amount goes there and back without loss', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n - 10n ** 17n, max: 10n ** 17n - 1n }), (amount) => {
        const text = formatMoney(amount)
        const back = moneyText(JSON.parse(JSON.stringify(moneyNumber(text))))
        expect(parseMoney(back ?? '')).toBe(amount)
      }),
      { seed: 3, numRuns: 2_000 }
    )
  })
})

test('a made id is a UUID with the time in front, and different for different texts', () => {
  const id = uuidOf('one', Date.parse(TIME))
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.parse(TIME))
  expect(uuidOf('one', Number.NaN)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  )
  expect(new Set(['one', 'two', 'three'].map((text) => uuidOf(text, 0))).size).toBe(3)
})

test('nothing makes it throw, and whatever it makes can be checked', () => {
  const names = fc.oneof(
    fc.constantFrom(...Object.keys(segmentForm.types), ...Object.keys(ga4Form.types), 'Order Updated'),
    fc.string()
  )
  const fields = fc.dictionary(
    fc.constantFrom(
      'products',
      'items',
      'price',
      'quantity',
      'total',
      'value',
      'shipping',
      'tax',
      'query',
      'status',
      'line_id',
      'simulated'
    ),
    fc.anything()
  )
  const anything = fc.oneof(
    fc.anything(),
    fc.record({
      type: fc.constantFrom('track', 'identify', undefined),
      event: names,
      name: names,
      properties: fields,
      params: fields,
      messageId: fc.anything(),
      timestamp: fc.anything(),
      timestamp_micros: fc.anything(),
      context: fc.anything()
    })
  )
  fc.assert(
    fc.property(anything, (value) => {
      for (const mapped of [
        readSegment(value, RECEIVED_AT),
        readGa4(value, {}, { index: 0, receivedAt: RECEIVED_AT })
      ]) {
        if (mapped.ok) for (const event of mapped.events) checkEvent(event)
        else expect(mapped.reason.length).toBeGreaterThan(5)
      }
    }),
    { seed: 9, numRuns: 1_000 }
  )
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
  expect(segment({ event: 'Product Viewed', messageId: undefined, deep }).ok).toBe(true)
})
