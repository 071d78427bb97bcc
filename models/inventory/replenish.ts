import { daysOfCover } from '../forecast/cover.ts'
import type { DemandQuantiles } from './demand.ts'
import { leadTimeOutcomes } from './lead-time.ts'
import type { OrderTerms } from './order-terms.ts'
import { stockLevels, type LevelsResult, type StockLevels } from './stock-levels.ts'

/** A product's stock, each as the ledger adds it up; `backorders` are sold and still to be delivered. */
export type StockPosition = { on_hand: number; on_order: number; reserved: number; backorders: number }

/** What is there or will come, less what is promised already: what may be sold from now on. */
export function inventoryPosition({ on_hand, on_order, reserved, backorders }: StockPosition): number {
  return on_hand + on_order - reserved - backorders
}

export type OrderState = 'order' | 'enough' | 'no demand' | 'no room'
export type Order = { state: OrderState; quantity: number; why: string }

export type Replenishment =
  | ({
      ok: true
      position: number
      order: Order
      days_of_cover: number | null
    } & StockLevels)
  | { ok: false; reason: Extract<LevelsResult, { ok: false }>['reason'] | 'stock is not known' }

/** What to order of one product now, and why. */
export function replenish(
  demand: DemandQuantiles,
  { stock, terms }: { stock: StockPosition; terms: OrderTerms }
): Replenishment {
  const position = inventoryPosition(stock)
  if (!Number.isFinite(position)) return { ok: false, reason: 'stock is not known' }
  const levels = stockLevels(demand, terms)
  if (!levels.ok) return levels
  const order = explainedOrder(position, levels, terms)
  return { ...levels, position, order, days_of_cover: daysOfCover(position, dailyMean(levels, terms)) }
}

export type PackTerms = Pick<OrderTerms, 'packSize' | 'minimumOrder' | 'stockMax'>
type Levels = Pick<StockLevels, 'reorder_point' | 'order_up_to'>

/** Whole packs, at least the supplier's minimum, never above the maximum: then fewer packs, or none where too few are left. */
export function orderFor(
  position: number,
  { reorder_point, order_up_to }: Levels,
  { packSize = 1, minimumOrder = 0, stockMax = Infinity }: PackTerms
): { state: OrderState; quantity: number; wanted: number } {
  if (order_up_to <= 0) return { state: 'no demand', quantity: 0, wanted: 0 }
  if (position > reorder_point) return { state: 'enough', quantity: 0, wanted: 0 }
  const wanted = packSize * Math.ceil(Math.max(order_up_to - position, minimumOrder) / packSize)
  const room = packSize * Math.floor(Math.max(0, stockMax - position) / packSize)
  const quantity = Math.min(wanted, room)
  if (quantity <= 0 || quantity < minimumOrder) return { state: 'no room', quantity: 0, wanted }
  return { state: 'order', quantity, wanted }
}

function explainedOrder(position: number, levels: Levels, terms: PackTerms): Order {
  const { state, quantity, wanted } = orderFor(position, levels, terms)
  return { state, quantity, why: whyOf[state](position, levels, { ...terms, isCapped: quantity < wanted }) }
}

type Why = (position: number, levels: Levels, terms: PackTerms & { isCapped: boolean }) => string

const whyOf: Record<OrderState, Why> = {
  'no demand': () => 'nothing is expected to be asked for',
  enough: (position, { reorder_point }) => `position ${position} is above the reorder point ${reorder_point}`,
  'no room': (position, _, { stockMax }) =>
    `position ${position} leaves too little room below the maximum ${stockMax}`,
  order: (position, { reorder_point, order_up_to }, { packSize = 1, stockMax, isCapped }) => {
    const packs = packSize > 1 ? `, in packs of ${packSize}` : ''
    const capped = isCapped ? `, held below the maximum ${stockMax}` : ''
    return `position ${position} is at or below the reorder point ${reorder_point}: up to ${order_up_to}${packs}${capped}`
  }
}

function dailyMean({ mean_demand }: StockLevels, terms: OrderTerms): number {
  const leadTimes = leadTimeOutcomes(terms.leadTime) ?? []
  const days = leadTimes.reduce((sum, own) => sum + own, 0) / leadTimes.length + terms.reviewDays
  return days > 0 ? mean_demand / days : 0
}
