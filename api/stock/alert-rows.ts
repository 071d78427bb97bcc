import type { ServedAlert, ServedReplenishment } from '../../models/contracts/served-stock.ts'
import type { ServedProduct } from '../../models/contracts/served.ts'
import type { Overlay } from './overlay.ts'
import type { Placed } from './page.ts'

/** Still quiet: until a time to come, or until it is cleared. */
export const isQuiet = (until: string | null, nowMs: number): boolean =>
  until !== null && (until === 'cleared' || Date.parse(until) > nowMs)

/** An alert in its list: empty stock first, of each kind the newest first. */
export function placeAlert(
  { alert, raised_at, units, threshold, ...own }: ServedAlert,
  record: ServedReplenishment,
  { product, overlay }: { product: ServedProduct; overlay: Overlay }
): Placed<AlertRow> {
  const row = {
    product_id: record.product_id,
    title: product.title,
    supplier_id: record.supplier_id,
    alert,
    raised_at,
    units,
    available: record.available,
    threshold,
    on_order: record.stock?.on_order ?? null,
    stock_out_p50: record.stock_out?.p50 ?? null,
    suggestion_id: record.suggestion_id,
    quantity: record.order.quantity,
    decision: overlay.decisionOf(record)?.decision ?? null,
    snoozed_until: overlay.snoozedUntil(record.product_id, { alert, raised_at, units, threshold, ...own }),
    simulated: record.simulated
  }
  return { figures: [alert === 'stock_out' ? 0 : 1, -Date.parse(raised_at)], id: record.product_id, row }
}

export type AlertRow = {
  product_id: string
  title: string
  supplier_id: string | null
  alert: ServedAlert['alert']
  raised_at: string
  units: number
  available: number | null
  threshold: number
  on_order: number | null
  stock_out_p50: string | null
  suggestion_id: string | null
  quantity: number
  decision: string | null
  snoozed_until: string | null
  simulated: string[]
}
