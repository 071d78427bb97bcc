import type { Edition } from './editions.ts'
import type { Emit } from './world.ts'

type Level = {
  on_hand: number
  reserved: number
  on_order: number
  minimum: number
  alert: 'low_stock' | 'stock_out' | undefined
}
type Reference = { reference?: string; line_id?: number; reason?: string }
type Shipment = Reference & { reserved: number }

/**
 * The shop's own ledger: the only place that moves stock, and each movement is an event. What is set aside never
 * exceeds what is there, and neither falls below nothing.
 */
export type StockRoom = {
  level(edition: Edition): Readonly<Level>
  available(edition: Edition): number
  isCounted(edition: Edition): boolean
  initialise(edition: Edition, quantity: number): void
  setMinimum(edition: Edition, minimum: number): void
  reserve(edition: Edition, quantity: number, reference: Reference): void
  release(edition: Edition, quantity: number, reference: Reference): void
  ship(edition: Edition, quantity: number, shipment: Shipment): void
  takeBack(edition: Edition, quantity: number, reference: Reference): void
  receive(edition: Edition, quantity: number, reference: Reference): void
  adjust(edition: Edition, quantity: number, reference: Reference): void
  count(edition: Edition, found: number, reference: Reference): void
  order(edition: Edition, quantity: number, purchase: { purchase_id: string; expected_at: string }): void
  deliver(edition: Edition, quantity: number, purchase_id: string): void
  cancel(edition: Edition, quantity: number, purchase_id: string): void
}

const STOCK_DAYS = { least: 14, most: 60 }

export function createStockRoom(world: { emit: Emit; unitsADay: number }): StockRoom {
  const { emit } = world
  const levels = new Map<Edition, Level>()
  const find = (edition: Edition): Level => {
    let level = levels.get(edition)
    if (!level) {
      const minimum = 2 + Math.ceil(expectedUnits(edition, world, edition.lead_time_days))
      levels.set(edition, (level = { on_hand: 0, reserved: 0, on_order: 0, minimum, alert: undefined }))
    }
    return level
  }
  const available = (edition: Edition) => find(edition).on_hand - find(edition).reserved
  const move = (edition: Edition, change: { on_hand?: number; reserved?: number; on_order?: number }) => {
    const level = find(edition)
    level.on_hand += change.on_hand ?? 0
    level.reserved += change.reserved ?? 0
    level.on_order += change.on_order ?? 0
    if (level.reserved < 0 || level.on_hand < level.reserved || level.on_order < 0)
      throw new Error(`the ledger of ${edition.product_id} would hold ${JSON.stringify(level)}`)
    return level
  }
  const watch = (edition: Edition) => {
    const level = find(edition)
    const { product_id } = edition
    const free = available(edition)
    const alert = free <= 0 ? 'stock_out' : free < level.minimum ? 'low_stock' : undefined
    if (alert === level.alert) return
    if (level.alert) emit('stock_alert_cleared', { product_id, alert: level.alert })
    if (alert) emit('stock_alert_raised', { product_id, alert })
    level.alert = alert
  }
  const moved = (
    type: 'stock_reserved' | 'stock_released' | 'stock_returned' | 'stock_received',
    change: (quantity: number) => { on_hand?: number; reserved?: number }
  ) => {
    return (edition: Edition, quantity: number, reference: Reference) => {
      move(edition, change(quantity))
      emit(type, { product_id: edition.product_id, quantity, ...reference })
      watch(edition)
    }
  }
  const counted = new Set<Edition>()
  return {
    level: find,
    available,
    isCounted: (edition) => counted.has(edition),
    initialise(edition, quantity) {
      counted.add(edition)
      move(edition, { on_hand: quantity })
      emit('stock_initialised', { product_id: edition.product_id, quantity })
      watch(edition)
    },
    setMinimum(edition, minimum) {
      find(edition).minimum = minimum
      watch(edition)
    },
    reserve: moved('stock_reserved', (quantity) => ({ reserved: quantity })),
    release: moved('stock_released', (quantity) => ({ reserved: -quantity })),
    takeBack: moved('stock_returned', (quantity) => ({ on_hand: quantity })),
    receive: moved('stock_received', (quantity) => ({ on_hand: quantity })),
    ship(edition, quantity, { reserved, ...reference }) {
      move(edition, { on_hand: -quantity, reserved: -reserved })
      emit('stock_shipped', {
        product_id: edition.product_id,
        quantity,
        ...(reserved !== quantity && { reserved_quantity: reserved }),
        ...reference
      })
      watch(edition)
    },
    adjust(edition, quantity, reference) {
      move(edition, { on_hand: quantity })
      emit('stock_adjusted', { product_id: edition.product_id, quantity, ...reference })
      watch(edition)
    },
    count(edition, found, reference) {
      const expected_quantity = find(edition).on_hand
      move(edition, { on_hand: found - expected_quantity })
      emit('stock_counted', {
        product_id: edition.product_id,
        quantity: found,
        expected_quantity,
        ...reference
      })
      watch(edition)
    },
    order(edition, quantity, purchase) {
      move(edition, { on_order: quantity })
      const { product_id, supplier_id } = edition
      emit('purchase_ordered', { product_id, quantity, supplier_id, ...purchase })
    },
    deliver(edition, quantity, purchase_id) {
      move(edition, { on_hand: quantity, on_order: -quantity })
      const { product_id, supplier_id } = edition
      emit('purchase_received', { product_id, quantity, supplier_id, purchase_id })
      watch(edition)
    },
    cancel(edition, quantity, purchase_id) {
      move(edition, { on_order: -quantity })
      const { product_id, supplier_id } = edition
      emit('purchase_cancelled', { product_id, quantity, supplier_id, purchase_id, reason: 'out of print' })
    }
  }
}

export const expectedUnits = (edition: Edition, world: { unitsADay: number }, days: number): number =>
  edition.share * world.unitsADay * days

/** What to hold of a product; vinyl waits longer for its pressing, so there is more of it. */
export const unitsToHold = (edition: Edition, world: { unitsADay: number }, share: number): number =>
  4 +
  Math.ceil(expectedUnits(edition, world, STOCK_DAYS.least + share * (STOCK_DAYS.most - STOCK_DAYS.least)))
