import type { Redis } from 'ioredis'
import type { LogRecord } from '../../models/contracts/event-log.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'

/** Events with short words: what they are about is given, the rest is made up. */
let eventCount = 0
export function eventOf(minute: number, fields: object): ShopEvent {
  eventCount++
  return {
    event_id: `0198c0de-0000-7000-8000-${String(eventCount).padStart(12, '0')}`,
    occurred_at: timeOf(minute),
    ...fields
  } as ShopEvent
}
export const timeOf = (minute: number) => new Date(START_MS + minute * 60_000).toISOString()
export const msOf = (minute: number) => START_MS + minute * 60_000
const START_MS = Math.floor(Date.now() / 60_000) * 60_000 - 86_400_000

export type Who = { user_id?: string; anonymous_id?: string }
export const viewed = (minute: number, who: Who, product_id: string) =>
  eventOf(minute, { type: 'product_viewed', product_id, ...who })
export const disliked = (minute: number, who: Who, product_id: string) =>
  eventOf(minute, { type: 'feedback_given', feedback: 'not_for_me', product_id, ...who })
export const loggedIn = (minute: number, customer_id: string, anonymous_id: string) =>
  eventOf(minute, { type: 'customer_logged_in', customer_id, anonymous_id })
export const consented = (minute: number, customer_id: string, personalisation: boolean) =>
  eventOf(minute, { type: 'consent_changed', customer_id, personalisation })
export const tierSet = (minute: number, customer_id: string, tier: string) =>
  eventOf(minute, { type: 'customer_updated', customer_id, tier })
export const erased = (minute: number, customer_id: string) =>
  eventOf(minute, { type: 'customer_erased', customer_id })

type Lines = Record<string, number>
const orderLines = (lines: Lines) =>
  Object.entries(lines).map(([product_id, quantity], line_id) => ({
    line_id,
    kind: 'product',
    product_id,
    quantity,
    unit_price: '5'
  }))
export const placed = (minute: number, who: Who, order_id: string, lines: Lines) =>
  eventOf(minute, { type: 'order_placed', order_id, currency: 'GBP', lines: orderLines(lines), ...who })
/** The same order, with one product of it bought for somebody else. */
export const withGift = (order: ShopEvent, product_id: string): ShopEvent => {
  if (order.type !== 'order_placed') throw new Error('not an order')
  const lines = order.lines.map((line) =>
    line.product_id === product_id ? { ...line, is_gift: true } : line
  )
  return { ...order, lines }
}
export const refunded = (minute: number, who: Who, order_id: string, lines: Lines) =>
  eventOf(minute, {
    type: 'order_refunded',
    order_id,
    currency: 'GBP',
    lines: orderLines(lines).map((line) => ({ ...line, quantity: -line.quantity })),
    ...who
  })
export const returned = (minute: number, who: Who, order_id: string, lines: Lines) =>
  eventOf(minute, {
    type: 'return_received',
    order_id,
    returned: orderLines(lines).map(({ line_id, product_id, quantity }) => ({
      line_id,
      product_id,
      quantity
    })),
    ...who
  })
export const cancelled = (minute: number, who: Who, order_id: string) =>
  eventOf(minute, { type: 'order_cancelled', order_id, ...who })
export const rented = (minute: number, who: Who, product_id: string) =>
  eventOf(minute, {
    type: 'rental_started',
    rental_id: `r${minute}`,
    copy_id: 'copy',
    product_id,
    due_at: timeOf(minute + 1),
    ...who
  })

export const recordsOf = (events: readonly ShopEvent[], first = 0): LogRecord[] =>
  events.map((event, i) => ({ offset: first + i, key: null, value: Buffer.from(JSON.stringify(event)) }))

/** Every key with its whole value. */
export async function readAll(redis: Redis, pattern = '*'): Promise<Record<string, unknown>> {
  const keys = (await redis.keys(pattern)).toSorted()
  const all: Record<string, unknown> = {}
  for (const key of keys) {
    all[key] =
      key.endsWith(':facts') && key.includes(':profile:')
        ? await redis.hgetall(key)
        : await redis.zrange(key, '0', '-1', 'WITHSCORES')
  }
  return all
}
