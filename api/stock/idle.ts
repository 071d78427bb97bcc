import type { ServedProduct } from '../../models/contracts/served.ts'
import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { moneyOf } from './money.ts'
import type { Placed } from './page.ts'

/** What lies there for nothing; undefined where nothing does. */
function idleOf(record: ServedReplenishment): { kind: 'dead' | 'overstock'; units: number } | undefined {
  const on_hand = record.stock?.on_hand ?? 0
  if (on_hand <= 0) return undefined
  if (record.is_dead) return { kind: 'dead', units: on_hand }
  const units = Math.min(on_hand, record.overstock_units ?? 0)
  return units > 0 ? { kind: 'overstock', units } : undefined
}

export type IdleRow = ReturnType<typeof rowOf>

export function placeIdle(record: ServedReplenishment, product: ServedProduct): Placed<IdleRow>[] {
  const idle = idleOf(record)
  if (!idle) return []
  const tiedUp = record.unit_cost === null ? null : record.unit_cost * idle.units
  const figures = [tiedUp === null ? Infinity : -tiedUp, -idle.units]
  return [{ figures, id: record.product_id, row: rowOf(record, { product, idle, tiedUp }) }]
}

function rowOf(
  record: ServedReplenishment,
  about: {
    product: ServedProduct
    idle: { kind: 'dead' | 'overstock'; units: number }
    tiedUp: number | null
  }
) {
  return {
    product_id: record.product_id,
    title: about.product.title,
    supplier_id: record.supplier_id,
    kind: about.idle.kind,
    on_hand: record.stock?.on_hand ?? 0,
    idle_units: about.idle.units,
    unit_cost: moneyOf(record.unit_cost),
    tied_up: moneyOf(about.tiedUp),
    currency: record.currency,
    days_of_cover: record.days_of_cover,
    abc: record.abc,
    xyz: record.xyz,
    simulated: record.simulated
  }
}
