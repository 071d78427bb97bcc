import { expect, it } from 'vitest'
import { profileUpdates } from '../../ingest/profiles.ts'
import type { LogRecord } from '../../models/contracts/event-log.ts'

const envelope = { event_id: '0198c0de-0000-7000-8000-000000000001', occurred_at: '2026-01-31T12:00:00Z' }
const records = (...events: object[]): LogRecord[] =>
  events.map((event, offset) => ({
    offset,
    key: null,
    value: Buffer.from(JSON.stringify({ ...envelope, ...event }))
  }))
const atMs = Date.parse(envelope.occurred_at)

it('a look, a click and a cart make a product recent for the visitor', () => {
  const guest = { anonymous_id: 'g', product_id: 'p' }
  const update = { visitor: 'a:g', list: 'recent', product_ids: ['p'], atMs }
  expect(
    profileUpdates(
      records({ type: 'product_viewed', ...guest }, { type: 'cart_added', quantity: 1, ...guest })
    )
  ).toEqual([update, update])
})

it('an order makes its products owned, and charges and returned lines nothing', () => {
  const line = { kind: 'product', quantity: 1, unit_price: '1' }
  const lines = [
    { ...line, line_id: 1, product_id: 'a' },
    { ...line, line_id: 2, product_id: 'b', quantity: -1 },
    { ...line, line_id: 3, kind: 'postage' }
  ]
  const order = { type: 'order_placed', user_id: 'c', order_id: 'o', currency: 'GBP', lines }
  expect(profileUpdates(records(order))).toEqual([
    { visitor: 'u:c', list: 'owned', product_ids: ['a'], atMs }
  ])
})

it('what is no event, or nobody’s, changes no profile', () => {
  const lines = [{ kind: 'product', quantity: 1, unit_price: '1', line_id: 1, product_id: 'a' }]
  expect(
    profileUpdates(
      records({ type: 'nothing' }, { type: 'order_placed', order_id: 'o', currency: 'GBP', lines })
    )
  ).toEqual([])
})
