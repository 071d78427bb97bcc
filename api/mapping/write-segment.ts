import type { EventType, ShopEvent } from '../../models/contracts/events.ts'
import { foreignNameOf, ORDER_STATUSES, segmentForm } from './forms.ts'
import { present, type Loose } from './loose.ts'
import { pairSales } from './pair-sales.ts'
import { writeSale, writeTrade, type Written } from './write-trade.ts'

/** Our events as calls of Segment or RudderStack; an order that is placed and paid among them is one Order Completed. */
export function writeSegment(events: readonly ShopEvent[]): Written[] {
  return pairSales(events).map(({ event, paid, event_ids }) => {
    if (event.type === 'customer_logged_in' || event.type === 'customer_updated') return writeIdentify(event)
    if (event.type === 'customer_registered') {
      const { customer_id: userId, country, tier } = event
      const properties = present({ country, tier, simulated: event.simulated })
      return { ok: true, event_ids, payload: { ...writeTrack(event, 'Signed Up', properties), userId } }
    }
    const name = paid ? 'Order Completed' : nameOf(event.type)
    const written =
      event.type === 'order_placed' && paid
        ? writeSale(segmentForm, event, paid)
        : writeTrade(segmentForm, event)
    if (!written.ok) return { ok: false, event_ids, reason: written.reason }
    const status = statusOf(event.type)
    const properties = name === 'Order Updated' ? { ...written.properties, status } : written.properties
    return { ok: true, event_ids, payload: writeTrack(event, name, properties) }
  })
}

const statusOf = (type: EventType) =>
  Object.keys(ORDER_STATUSES).find((status) => ORDER_STATUSES[status] === type)

/** Order Completed is for a sale whole; a payment alone is an update. */
const nameOf = (type: EventType): string =>
  type === 'order_paid' || statusOf(type) ? 'Order Updated' : (foreignNameOf(segmentForm, type) ?? '')

const writeTrack = (event: ShopEvent, name: string, properties: Loose): Loose => ({
  type: 'track',
  event: name,
  ...writeEnvelope(event),
  ...(event.user_id !== undefined && { userId: event.user_id }),
  properties
})

function writeEnvelope({ event_id, occurred_at, anonymous_id, session_id }: ShopEvent): Loose {
  return present({
    messageId: event_id,
    timestamp: occurred_at,
    anonymousId: anonymous_id,
    context: session_id === undefined ? undefined : { sessionId: session_id }
  })
}

type Known = Extract<ShopEvent, { type: 'customer_logged_in' | 'customer_updated' }>

function writeIdentify(event: Known): Written {
  const event_ids = [event.event_id]
  const { anonymousId, ...envelope } = writeEnvelope(event)
  const call = { type: 'identify', ...envelope, userId: event.customer_id }
  if (event.simulated) return { ok: false, event_ids, reason: 'an Identify cannot say that it is simulated' }
  if (event.type === 'customer_logged_in') {
    return { ok: true, event_ids, payload: present({ ...call, anonymousId }) }
  }
  const traits = present({ country: event.country, tier: event.tier })
  if (Object.keys(traits).length === 0)
    return { ok: false, event_ids, reason: 'it says nothing of the customer' }
  return { ok: true, event_ids, payload: { ...call, traits } }
}
