import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'
import type { ServedProduct } from '../../models/contracts/served.ts'
import { addDays, dayNumber } from '../sales-days.ts'
import type { Placed } from './page.ts'
import { leadTimeOf } from './row.ts'

export type LateRow = ReturnType<typeof rowOf>

/**
 * A product that will have run out, with even odds, before a delivery ordered today could be there; nothing of another.
 * Those that bring most come first, of a class what runs out soonest.
 */
export function placeLate(
  record: ServedReplenishment,
  about: { product: ServedProduct; today: string; isOpen: boolean }
): Placed<LateRow>[] {
  const runsOut = record.stock_out?.p50 ?? null
  const leadDays = leadTimeOf(record)
  if (runsOut === null || leadDays === null) return []
  const delivery = addDays(about.today, Math.ceil(leadDays))
  const daysShort = dayNumber('day', delivery) - dayNumber('day', runsOut)
  if (daysShort <= 0) return []
  const rank = record.abc === null ? CLASSES.length : CLASSES.indexOf(record.abc)
  const row = rowOf(record, { ...about, leadDays, delivery, daysShort })
  return [{ figures: [rank, dayNumber('day', runsOut)], id: record.product_id, row }]
}

const CLASSES = ['A', 'B', 'C']

function rowOf(
  record: ServedReplenishment,
  about: {
    product: ServedProduct
    isOpen: boolean
    leadDays: number
    delivery: string
    daysShort: number
  }
) {
  const { stock_out, stock, order } = record
  return {
    product_id: record.product_id,
    title: about.product.title,
    supplier_id: record.supplier_id,
    abc: record.abc,
    available: record.available,
    on_order: stock?.on_order ?? null,
    days_of_cover: record.days_of_cover,
    stock_out_p10: stock_out?.p10 ?? null,
    stock_out_p50: stock_out?.p50 ?? null,
    stock_out_p90: stock_out?.p90 ?? null,
    lead_time_days: about.leadDays,
    delivery_day: about.delivery,
    days_short: about.daysShort,
    quantity: order.quantity,
    is_open: about.isOpen && !(stock && stock.on_order > 0),
    simulated: record.simulated
  }
}

/** One entry, also when there is nothing: an alert must tell "none" from "no answer". */
export function lateTotals(rows: readonly LateRow[]) {
  const open = rows.filter(({ is_open }) => is_open)
  return [
    {
      products: rows.length,
      a_products: rows.filter(({ abc }) => abc === 'A').length,
      open_products: open.length,
      open_a_products: open.filter(({ abc }) => abc === 'A').length
    }
  ]
}
