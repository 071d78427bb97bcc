import type { EventOf, ShopEvent } from '../contracts/events.ts'
import { visitorOf } from '../contracts/served.ts'

/** Lists of products with the last time of each. */
export type MarkList = 'recent' | 'hidden'

/** What a profile is made of. Telling it again, late or in another order makes the same profile. */
export type Told = ToldMark | ToldOrder | ToldLogin | ToldFact
export type ToldMark = { kind: 'mark'; list: MarkList; visitor: string; product_id: string; at_ms: number }
export type ToldOrder = { kind: 'order'; visitor: string; at_ms: number } & OrderStep
export type ToldLogin = { kind: 'login'; customer_id: string; anonymous_id: string; at_ms: number }
export type ToldFact = { kind: 'fact'; visitor: string; at_ms: number } & Fact

export type OrderStep = {
  step: 'placed' | 'refunded' | 'returned' | 'cancelled'
  order_id: string
  event_id: string
  /** Units of each product, all above zero. */
  units: [product_id: string, units: number][]
}
export type Fact = { name: 'tier' | 'personalisation'; value: string }

/** What an event says of profiles: nothing when it is nobody's. A program has a profile, too: it harms nobody else's. */
export function toldBy(event: ShopEvent): Told[] {
  const at_ms = Date.parse(event.occurred_at)
  const visitor = visitorOf(event)
  switch (event.type) {
    case 'product_viewed':
    case 'product_clicked':
    case 'recommendation_clicked':
    case 'cart_added':
    case 'wishlist_added':
      return visitor === undefined ? [] : [markOf('recent', visitor, event.product_id, at_ms)]
    case 'feedback_given': {
      if (visitor === undefined) return []
      return [markOf(listOfFeedback[event.feedback], visitor, event.product_id, at_ms)]
    }
    case 'rental_started':
      return visitor === undefined ? [] : [markOf('recent', visitor, event.product_id, at_ms)]
    case 'order_placed':
    case 'order_refunded':
    case 'return_received':
    case 'order_cancelled':
      return visitor === undefined ? [] : [{ kind: 'order', visitor, at_ms, ...orderStepOf(event) }]
    case 'customer_logged_in': {
      const { customer_id, anonymous_id } = event
      return anonymous_id === undefined ? [] : [{ kind: 'login', customer_id, anonymous_id, at_ms }]
    }
    case 'customer_registered':
    case 'customer_updated': {
      const customer = visitorOf({ user_id: event.customer_id }) ?? ''
      return event.tier === undefined ? [] : [factOf(customer, 'tier', event.tier, at_ms)]
    }
    case 'consent_changed': {
      const customer = visitorOf({ user_id: event.customer_id }) ?? ''
      return [factOf(customer, 'personalisation', event.personalisation ? '1' : '0', at_ms)]
    }
    default:
      return []
  }
}

/** What is liked asks for more of its kind, as what is looked at does. */
const listOfFeedback = {
  not_for_me: 'hidden',
  owned_already: 'hidden',
  more_like_this: 'recent'
} as const satisfies Record<EventOf<'feedback_given'>['feedback'], MarkList>

const markOf = (list: MarkList, visitor: string, product_id: string, at_ms: number): ToldMark => ({
  kind: 'mark',
  list,
  visitor,
  product_id,
  at_ms
})

const factOf = (visitor: string, name: Fact['name'], value: string, at_ms: number): ToldFact => ({
  kind: 'fact',
  visitor,
  name,
  value,
  at_ms
})

const stepNames = {
  order_placed: 'placed',
  order_refunded: 'refunded',
  return_received: 'returned',
  order_cancelled: 'cancelled'
} as const
type OrderEvent = EventOf<keyof typeof stepNames>

function orderStepOf(event: OrderEvent): OrderStep {
  const { order_id, event_id } = event
  return { step: stepNames[event.type], order_id, event_id, units: sumUnits(unitsOf(event)) }
}

/** Refunds count backwards: their lines have negative quantities. A gift is somebody else's. */
function unitsOf(event: OrderEvent): { product_id: string; units: number }[] {
  if (event.type === 'order_cancelled') return []
  if (event.type === 'return_received') {
    return event.returned.map(({ product_id, quantity }) => ({ product_id, units: quantity }))
  }
  const sign = event.type === 'order_placed' ? 1 : -1
  return event.lines.flatMap(({ kind, product_id, quantity, is_gift }) =>
    kind === 'product' && product_id !== undefined && is_gift !== true
      ? [{ product_id, units: sign * quantity }]
      : []
  )
}

/** In the order of the products' names, so that the same step is always spelt the same. */
export function sumUnits(lines: { product_id: string; units: number }[]): OrderStep['units'] {
  const sums = new Map<string, number>()
  for (const { product_id, units } of lines) {
    if (units > 0) sums.set(product_id, (sums.get(product_id) ?? 0) + units)
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
