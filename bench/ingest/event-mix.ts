import { randomUUIDv7 } from 'node:crypto'
import type { EventOf, EventType, ShopEvent } from '../../models/contracts/events.ts'

/** How many of twenty events are of which type: mostly looking, as in a shop. */
const MIX = [
  'product_viewed',
  'product_viewed',
  'product_viewed',
  'product_viewed',
  'product_viewed',
  'product_viewed',
  'product_viewed',
  'product_clicked',
  'product_clicked',
  'product_clicked',
  'searched',
  'searched',
  'list_viewed',
  'list_viewed',
  'recommendation_viewed',
  'cart_added',
  'cart_added',
  'order_placed',
  'order_paid',
  'stock_reserved'
] as const satisfies EventType[]

/** Request bodies of so many events each, in a fixed mix of types; every event has an id of its own. */
export function batchesOfEvents(wanted: { batches: number; events: number }): string[] {
  let made = 0
  return Array.from({ length: wanted.batches }, () =>
    JSON.stringify(Array.from({ length: wanted.events }, () => makeEvent(made++)))
  )
}

function makeEvent(i: number): ShopEvent {
  const type = MIX[i % MIX.length] ?? 'product_viewed'
  const visitor = { anonymous_id: `guest-${i % 977}`, session_id: `session-${i % 977}` }
  const envelope = { event_id: randomUUIDv7(), occurred_at: new Date().toISOString(), source: 'bench' }
  const product_id = `edition-${(i * 7919) % 5003}`
  const product_ids = Array.from({ length: 10 }, (_, k) => `edition-${(i * 31 + k) % 5003}`)
  const order_id = `order-${i}`
  switch (type) {
    case 'product_viewed':
    case 'product_clicked':
      return { type, ...envelope, ...visitor, product_id, list_id: 'new-vinyl', position: i % 40 }
    case 'searched':
      return { type, ...envelope, ...visitor, query: 'blue note 1959', result_count: 42 }
    case 'list_viewed':
      return { type, ...envelope, ...visitor, list_id: 'new-vinyl', product_ids }
    case 'recommendation_viewed':
      return { type, ...envelope, ...visitor, recommendation_id: `answer-${i}`, product_ids }
    case 'cart_added':
      return { type, ...envelope, ...visitor, product_id, quantity: 1 }
    case 'order_placed':
      return {
        type,
        ...envelope,
        user_id: `customer-${i % 977}`,
        order_id,
        currency: 'GBP',
        lines: linesOf(i)
      }
    case 'order_paid':
      return { type, ...envelope, user_id: `customer-${i % 977}`, order_id, currency: 'GBP', amount: '74.97' }
    case 'stock_reserved':
      return { type, ...envelope, product_id, quantity: 1, reference: order_id }
  }
}

function linesOf(i: number): EventOf<'order_placed'>['lines'] {
  return Array.from({ length: 3 }, (_, line_id) => ({
    line_id,
    kind: 'product',
    product_id: `edition-${(i + line_id) % 5003}`,
    description: 'Kind of Blue, 180 g',
    quantity: 1,
    unit_price: '24.99'
  }))
}
