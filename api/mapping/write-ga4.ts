import type { ShopEvent } from '../../models/contracts/events.ts'
import { foreignNameOf, ga4Form } from './forms.ts'
import { present, type Loose } from './loose.ts'
import { pairSales } from './pair-sales.ts'
import { writeSale, writeTrade, type Properties, type Written } from './write-trade.ts'

/** Our events as Measurement Protocol requests, one each; a purchase is an order that is placed and paid among them. */
export function writeGa4(events: readonly ShopEvent[]): Written[] {
  return pairSales(events).map(({ event, paid, event_ids }) => {
    if (!paid && (event.type === 'order_placed' || event.type === 'order_paid')) {
      return { ok: false, event_ids, reason: 'a purchase is an order placed and paid: give both' }
    }
    const name = paid ? 'purchase' : foreignNameOf(ga4Form, event.type)
    if (name === undefined) return { ok: false, event_ids, reason: `${event.type} has no counterpart there` }
    const who = visitorOf(event)
    if (!who) return { ok: false, event_ids, reason: 'GA4 needs a client_id: the event names nobody' }
    const written =
      event.type === 'order_placed' && paid ? writeSale(ga4Form, event, paid) : writeParams(event)
    if (!written.ok) return { ok: false, event_ids, reason: written.reason }
    const params = present({ event_id: event.event_id, session_id: event.session_id, ...written.properties })
    const timestamp_micros = Date.parse(event.occurred_at) * 1_000
    return { ok: true, event_ids, payload: { ...who, timestamp_micros, events: [{ name, params }] } }
  })
}

function writeParams(event: ShopEvent): Properties {
  if (event.type === 'customer_logged_in')
    return { ok: true, properties: present({ simulated: event.simulated }) }
  if (event.type === 'customer_registered') {
    const { country, tier, simulated } = event
    return { ok: true, properties: present({ country, tier, simulated }) }
  }
  return writeTrade(ga4Form, event)
}

/** GA4 takes nothing without a client; one that is known by name only is named by that. */
function visitorOf(event: ShopEvent): Loose | undefined {
  const user_id = 'customer_id' in event ? event.customer_id : event.user_id
  const client_id = event.anonymous_id ?? user_id
  return client_id === undefined ? undefined : present({ client_id, user_id })
}
