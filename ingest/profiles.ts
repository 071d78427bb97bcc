import type { LogRecord } from '../models/contracts/event-log.ts'
import { parseEvent } from '../models/contracts/check-event.ts'
import { type ShopEvent } from '../models/contracts/events.ts'
import { visitorOf } from '../models/contracts/served.ts'

/** What an event changes in a visitor's profile: products, and when. */
export type ProfileUpdate = { visitor: string; list: 'recent' | 'owned'; product_ids: string[]; atMs: number }

/** Pure; an update may be applied twice or late, because a profile keeps the latest time of a product. */
export function profileUpdates(records: LogRecord[]): ProfileUpdate[] {
  return records.flatMap((record) => {
    // What is not an event is counted and kept by ingest; a profile has no use for it.
    const parsed = parseEvent(record.value)
    return parsed.ok ? updatesOf(parsed.value) : []
  })
}

function updatesOf(event: ShopEvent): ProfileUpdate[] {
  const visitor = visitorOf(event)
  const atMs = Date.parse(event.occurred_at)
  if (!visitor || Number.isNaN(atMs)) return []
  switch (event.type) {
    case 'product_viewed':
    case 'product_clicked':
    case 'recommendation_clicked':
    case 'cart_added':
      return [{ visitor, list: 'recent', product_ids: [event.product_id], atMs }]
    case 'order_placed': {
      const bought = event.lines.filter((line) => line.quantity > 0).flatMap((line) => line.product_id ?? [])
      return bought.length > 0 ? [{ visitor, list: 'owned', product_ids: bought, atMs }] : []
    }
    default:
      return []
  }
}
