import type { EventOf, ShopEvent } from '../../models/contracts/events.ts'
import type { Random } from './random.ts'

const BEGIN_MS = Date.parse('2026-01-05T09:00:00Z')
const ROUND_MS = 3_600_000
const LATE_MS_MAX = 48 * ROUND_MS
const LATE_CHANCE = 0.03

/** Makes the events of a round. All of them repeat for the same seed; ids are of version 7, so later ones are greater. */
export function openEventMaker(random: Random, round: number): () => ShopEvent {
  let made = 0
  return () => {
    const nowMs = BEGIN_MS + round * ROUND_MS + made++
    // Some senders have a slow clock, or were offline for a while.
    const atMs = random.chance(LATE_CHANCE) ? nowMs - random.below(LATE_MS_MAX) : nowMs
    return makeEvent(random, makeId(random, atMs), atMs)
  }
}

function makeEvent(random: Random, event_id: string, atMs: number): ShopEvent {
  const occurred_at = new Date(atMs).toISOString()
  const envelope = { event_id, occurred_at, source: 'faults' }
  const visitor = { anonymous_id: `guest-${random.below(200)}` }
  const user_id = `customer-${random.below(100)}`
  const product_id = `edition-${random.below(300)}`
  const order = { order_id: `order-${random.below(5_000)}` }
  const rental = { rental_id: `rental-${random.below(500)}`, copy_id: `copy-${random.below(80)}`, product_id }
  const quantity = 1 + random.below(5)
  const price = `${random.below(60)}.${10 + random.below(90)}`
  const makers: (() => ShopEvent)[] = [
    () => ({ type: 'product_viewed', ...envelope, ...visitor, product_id }),
    () => ({ type: 'product_viewed', ...envelope, ...visitor, product_id }),
    () => ({ type: 'searched', ...envelope, ...visitor, query: 'blue note 1959', result_count: 42 }),
    () => ({ type: 'cart_added', ...envelope, ...visitor, product_id, quantity }),
    () => ({ type: 'order_placed', ...envelope, user_id, ...order, currency: 'GBP', lines: linesOf(random) }),
    () => ({ type: 'order_paid', ...envelope, user_id, ...order, currency: 'GBP', amount: price }),
    () => ({ type: 'order_refunded', ...envelope, ...order, currency: 'GBP', lines: linesOf(random, -1) }),
    () => ({ type: 'stock_initialised', ...envelope, product_id, quantity: 100 }),
    () => ({ type: 'stock_received', ...envelope, product_id, quantity }),
    () => ({ type: 'stock_shipped', ...envelope, product_id, quantity }),
    () => ({ type: 'price_changed', ...envelope, product_id, price, currency: 'GBP' }),
    () => ({ type: 'customer_updated', ...envelope, customer_id: user_id, tier: 'gold' }),
    () => ({
      type: 'rental_started',
      ...envelope,
      user_id,
      ...rental,
      due_at: occurred_at,
      price,
      currency: 'GBP'
    }),
    () => ({ type: 'rental_returned', ...envelope, user_id, ...rental }),
    () => ({
      type: 'supplier_upserted',
      ...envelope,
      supplier_id: `supplier-${random.below(20)}`,
      title: 'Blue',
      author: 'buyer'
    })
  ]
  return random.of(makers)()
}

function linesOf(random: Random, sign = 1): EventOf<'order_placed'>['lines'] {
  return Array.from({ length: 1 + random.below(4) }, (_, line_id) => ({
    line_id,
    kind: 'product',
    product_id: `edition-${random.below(300)}`,
    quantity: sign * (1 + random.below(3)),
    unit_price: `${random.below(90)}.${10 + random.below(90)}`
  }))
}

function makeId(random: Random, atMs: number): string {
  const hex = (digits: number) =>
    random
      .below(16 ** digits)
      .toString(16)
      .padStart(digits, '0')
  const time = atMs.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`
}

/** A message that is no event of its topic; the mark makes every one different. */
export function makeBadMessage(random: Random, mark: string): Buffer {
  const shapes = [
    `{"type":"product_viewed","event_id":"${mark}"`,
    JSON.stringify({ type: 'product_viewed', event_id: mark, occurred_at: 'yesterday', product_id: 'p' }),
    JSON.stringify({ type: 'no_such_event', mark }),
    JSON.stringify([mark]),
    `\u0000${mark}'; DROP TABLE raw.orders; --`,
    `${'['.repeat(2_000)}${mark}`
  ]
  const bytes = Buffer.from(random.of(shapes))
  return random.chance(0.2) ? Buffer.concat([Buffer.from([0xff, 0xfe]), bytes]) : bytes
}
