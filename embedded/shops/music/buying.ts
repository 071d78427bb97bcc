import type { Process } from './agenda.ts'
import type { Edition } from './editions.ts'
import { unitsToHold } from './stock-room.ts'
import { DAY_MS, HOUR_MS, type World } from './world.ts'

const ROUND_DAYS = 1
const COUNT_DAYS = 0.35
const TRADE_IN_DAYS = 1
const SUGGESTED_SHARE = 0.35

/** Every day the shelves are looked over, and what runs low is ordered, once, from its supplier. */
export function* reorder(world: World): Process {
  const { catalogue, stock, dice, agenda } = world
  for (;;) {
    yield ROUND_DAYS * DAY_MS
    for (const edition of catalogue.editions) {
      const { minimum, on_order } = stock.level(edition)
      if (edition.state !== 'sold' || on_order > 0 || stock.available(edition) >= minimum) continue
      agenda.start(purchase(world, edition), dice.waitMs(2 * HOUR_MS))
    }
  }
}

function* purchase(world: World, edition: Edition): Process {
  const { dice, stock, timeAfter } = world
  if (stock.level(edition).on_order > 0) return
  const wanted = Math.max(2, unitsToHold(edition, world, 1) - stock.available(edition))
  const quantity = dice.chance(SUGGESTED_SHARE) ? decide(world, edition, wanted) : wanted
  if (quantity === undefined) return
  const purchase_id = world.nextId('PO')
  const leadMs = edition.lead_time_days * DAY_MS
  stock.order(edition, quantity, { purchase_id, expected_at: timeAfter(leadMs) })
  yield leadMs * (0.7 + 0.6 * dice.roll())
  const first = dice.chance(0.15) && quantity > 2 ? Math.ceil(quantity / 2) : quantity
  stock.deliver(edition, first, purchase_id)
  if (first === quantity) return
  yield dice.waitMs(3 * DAY_MS)
  if (dice.chance(0.15)) stock.cancel(edition, quantity - first, purchase_id)
  else stock.deliver(edition, quantity - first, purchase_id)
}

/** What the buyer makes of a suggested purchase: as it is, with another quantity, or later (undefined). */
function decide(
  { dice, emit, timeAfter, nextId }: World,
  edition: Edition,
  wanted: number
): number | undefined {
  const suggestion = { suggestion_id: nextId('suggestion-'), product_id: edition.product_id, author: 'buyer' }
  const roll = dice.roll()
  if (roll < 0.2) {
    const { product_id, author } = suggestion
    const until = timeAfter(2 * DAY_MS)
    emit('suggestion_snoozed', { ...suggestion, until })
    emit('stock_alert_snoozed', { product_id, alert: 'low_stock', until, author })
    return undefined
  }
  const quantity = roll < 0.45 ? wanted + dice.between(1, 4) : wanted
  emit(quantity === wanted ? 'suggestion_accepted' : 'suggestion_edited', { ...suggestion, quantity })
  return quantity
}

/** A shelf is counted; mostly it is as the ledger says. Breakages are booked when they are seen. */
export function* countShelves(world: World): Process {
  const { dice, catalogue, stock } = world
  for (;;) {
    yield dice.waitMs(world.pacedMs(COUNT_DAYS))
    const edition = dice.pick(catalogue.editions)
    if (!stock.isCounted(edition)) continue
    const { on_hand, reserved } = stock.level(edition)
    const found = dice.chance(0.7) ? on_hand : Math.max(reserved, on_hand + dice.between(-1, 1))
    stock.count(edition, found, { reference: world.nextId('count-') })
    if (stock.available(edition) > 2 && dice.chance(0.3)) stock.adjust(edition, -1, { reason: 'broken' })
  }
}

/** Somebody brings in records; the good ones go on the shelf. */
export function* takeTradeIns(world: World): Process {
  const { dice, catalogue, stock } = world
  for (;;) {
    yield dice.waitMs(world.pacedMs(TRADE_IN_DAYS))
    const edition = dice.pick(catalogue.editions)
    if (edition.state === 'sold' && stock.isCounted(edition))
      stock.receive(edition, dice.between(1, 2), { reason: 'trade-in' })
  }
}
