import { hash } from 'node:crypto'
import type { EventOf } from '../../models/contracts/events.ts'
import type { AlertEvent } from '../../models/inventory/alerts.ts'
import type { Kept } from './kept.ts'

export type StockAlertEvent = EventOf<'stock_alert_raised'> | EventOf<'stock_alert_cleared'>
type Said = Pick<Kept, 'product_id' | 'alert'> & {
  units: number
  threshold: number
  isSimulated: boolean
}

const UNITS_MAX = 1_000_000

/** The same crossing is the same event, whoever sees it and however often: it is stored once. */
export function alertEvent(
  { type, atMs }: Pick<AlertEvent, 'type' | 'atMs'>,
  { product_id, alert, units, threshold, isSimulated }: Said
): StockAlertEvent {
  return {
    event_id: eventIdOf([type, alert, product_id], atMs),
    type,
    occurred_at: new Date(atMs).toISOString(),
    source: 'flipside',
    product_id,
    alert,
    quantity: wholeUnits(units),
    threshold: wholeUnits(threshold),
    ...(isSimulated && { simulated: ['alert'] })
  }
}

/** A UUID of version 7, as ingest likes them best; what is chance in others is what it is about. */
function eventIdOf(about: readonly string[], atMs: number): string {
  const time = atMs.toString(16).padStart(12, '0')
  const digits = hash('sha256', JSON.stringify([...about, atMs]))
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits.slice(0, 3)}-8${digits.slice(3, 6)}-${digits.slice(6, 18)}`
}

const wholeUnits = (units: number): number => Math.max(-UNITS_MAX, Math.min(UNITS_MAX, Math.floor(units)))
