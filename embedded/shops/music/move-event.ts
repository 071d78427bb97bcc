import type { ShopEvent } from '../../../models/contracts/events.ts'
import { moveId } from './world.ts'

/** Every field that holds a time beside the event's own. */
const TIMES = ['due_at', 'expected_at', 'starts_at', 'ends_at', 'until', 'expires_at'] as const

/** The event as if it happened then: what it announces keeps its distance. */
export function moveEvent(event: ShopEvent, occurred_at: string): ShopEvent {
  const byMs = Date.parse(occurred_at) - Date.parse(event.occurred_at)
  const fields: Record<string, unknown> = {
    ...event,
    occurred_at,
    event_id: moveId(event.event_id, occurred_at)
  }
  for (const name of TIMES) {
    const time = fields[name]
    if (typeof time === 'string') fields[name] = new Date(Date.parse(time) + byMs).toISOString()
  }
  // The same fields with the same kinds of values: it is the event that it was.
  return fields as ShopEvent
}
