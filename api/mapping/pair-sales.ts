import type { EventOf, ShopEvent } from '../../models/contracts/events.ts'

/** What is told at once: an event, and of an order that was placed also its payment. */
export type Told = { event: ShopEvent; paid?: EventOf<'order_paid'>; event_ids: string[] }

/** Events in their order; an order's first payment after it was placed goes with the order. */
export function pairSales(events: readonly ShopEvent[]): Told[] {
  const waiting = new Map<string, Told>()
  const told: Told[] = []
  for (const event of events) {
    const placed = event.type === 'order_paid' ? waiting.get(event.order_id) : undefined
    if (event.type === 'order_paid' && placed) {
      placed.paid = event
      placed.event_ids.push(event.event_id)
      waiting.delete(event.order_id)
      continue
    }
    const one: Told = { event, event_ids: [event.event_id] }
    if (event.type === 'order_placed') waiting.set(event.order_id, one)
    told.push(one)
  }
  return told
}
