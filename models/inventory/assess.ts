import type { OrderState, ServedTerms } from '../contracts/served-stock.ts'
import { daysOfCover } from '../forecast/cover.ts'
import type { DemandQuantiles } from './demand.ts'
import { overstock } from './idle-stock.ts'
import { leadTimeOutcomes, OBSERVED_MIN, type LeadTime } from './lead-time.ts'
import { outcomesOf } from './outcomes.ts'
import type { OrderTerms } from './order-terms.ts'
import { lotWorth, type Candidate } from './purchase-steps.ts'
import { inventoryPosition, replenish, type StockPosition } from './replenish.ts'
import { carryingCost } from './service-level.ts'
import { stockOut, type Arrival } from './stock-out.ts'

/** A product as it stands now, and how it is ordered. */
export type Standing = {
  product_id: string
  demand: DemandQuantiles | undefined
  /** Undefined where nothing was ever counted. */
  stock: StockPosition | undefined
  arrivals: readonly Arrival[]
  terms: ServedTerms
  unitCost: number | undefined
  unitPrice: number | undefined
  /** What a unit loses by lying for a year, as a share of its cost. */
  yearlyCarryShare: number
}

/** Everything that stock and forecast say of a product together. What cannot be said is null, with the reason in `unavailable`. */
export type Assessed = {
  position: number | null
  available: number | null
  reorder_point: number | null
  order_up_to: number | null
  safety_stock: number | null
  fill_rate: number | null
  days_of_cover: number | null
  /** Days from now. */
  stock_out: { p10: number | null; p50: number | null; p90: number | null } | null
  order: { state: OrderState; quantity: number; why: string }
  order_cost: number | null
  order_value: number | null
  next_value_per_cost: number | null
  last_chance: number | null
  overstock_units: number | null
  unavailable: Record<string, string>
}

const IDLE_DAYS = 84
const IDLE_PROBABILITY = 0.95
const COVER_DAYS = 28
const NO_STOCK = 'stock was never counted'
const NO_FORECAST = 'there is no forecast'

/** Of one product now: the job does it for all, the API for what somebody supposes. */
export function assess(standing: Standing): Assessed {
  const { demand, stock, terms } = standing
  const unavailable: Record<string, string> = {}
  const position = stock ? inventoryPosition(stock) : null
  const available = stock ? stock.on_hand - stock.reserved - stock.backorders : null
  const orderTerms = orderTermsOf(terms)
  const ordered = demand && stock && orderTerms ? replenish(demand, { stock, terms: orderTerms }) : undefined
  const known = ordered?.ok ? ordered : undefined
  const reason = !stock
    ? NO_STOCK
    : !demand
      ? NO_FORECAST
      : !orderTerms
        ? 'nobody named a lead time'
        : undefined
  const why = reason ?? (ordered && !ordered.ok ? ordered.reason : undefined)
  if (why !== undefined)
    for (const field of ['reorder_point', 'order_up_to', 'safety_stock', 'fill_rate', 'order'])
      unavailable[field] = why
  if (!stock) for (const field of ['on_hand', 'position', 'available']) unavailable[field] = NO_STOCK
  if (!stock || !demand) unavailable['overstock_units'] = stock ? NO_FORECAST : NO_STOCK
  const cover = coverOf(demand, available)
  if (cover === null) unavailable['days_of_cover'] = !stock ? NO_STOCK : !demand ? NO_FORECAST : 'no demand'
  const out =
    demand && stock ? stockOut(demand, { available: available ?? 0, arrivals: standing.arrivals }) : undefined
  if (!out?.ok) unavailable['stock_out'] = out?.reason ?? (stock ? NO_FORECAST : NO_STOCK)
  return {
    position,
    available,
    reorder_point: known?.reorder_point ?? null,
    order_up_to: known?.order_up_to ?? null,
    safety_stock: known ? rounded(known.safety_stock) : null,
    fill_rate: known ? rounded(known.fill_rate) : null,
    days_of_cover: cover,
    stock_out: out?.ok ? { p10: out.p10, p50: out.p50, p90: out.p90 } : null,
    order: known?.order ?? { state: 'unknown', quantity: 0, why: why ?? NO_FORECAST },
    ...worthOf(standing, { quantity: known?.order.quantity ?? 0, unavailable }),
    overstock_units:
      demand && stock
        ? (overstock(demand, { onHand: stock.on_hand, days: IDLE_DAYS, probability: IDLE_PROBABILITY }) ??
          null)
        : null,
    unavailable
  }
}

/** Undefined where nobody named a lead time and too few deliveries were seen. */
export function orderTermsOf(terms: ServedTerms): OrderTerms | undefined {
  const leadTime = leadTimeOf(terms)
  if (!leadTime) return undefined
  const { review_days, cover_days, service_level, pack_size, minimum_order, stock_max } = terms
  return {
    leadTime,
    reviewDays: review_days,
    coverDays: cover_days,
    serviceLevel: service_level,
    packSize: pack_size,
    ...(minimum_order > 0 && { minimumOrder: minimum_order }),
    ...(stock_max !== null && { stockMax: stock_max })
  }
}

function leadTimeOf(terms: ServedTerms): LeadTime | undefined {
  const { lead_times_observed, lead_time_days, lead_time_spread_days } = terms
  if (lead_times_observed.length >= OBSERVED_MIN) return { observedDays: lead_times_observed }
  if (lead_time_days === null) return undefined
  return {
    days: lead_time_days,
    ...(lead_time_spread_days !== null && { spreadDays: lead_time_spread_days })
  }
}

/** What could be bought of the product, as a purchase list compares it; undefined where cost, price or forecast is missing. */
export function candidateOf({
  demand,
  stock,
  terms,
  unitCost,
  unitPrice,
  ...standing
}: Standing): Candidate | undefined {
  const orderTerms = orderTermsOf(terms)
  if (!demand || !stock || !orderTerms || unitCost === undefined || unitPrice === undefined) return undefined
  const leadTimes = leadTimeOutcomes(orderTerms.leadTime) ?? []
  const stretches = leadTimes.map((days) => days + terms.review_days + terms.cover_days)
  const outcomes = outcomesOf(demand, stretches)
  if (!outcomes) return undefined
  const days = stretches.reduce((sum, own) => sum + own, 0) / stretches.length
  return {
    product_id: standing.product_id,
    outcomes,
    position: inventoryPosition(stock),
    unitCost,
    margin: unitPrice - unitCost,
    carry: carryingCost({ unitCost, yearlyShare: standing.yearlyCarryShare, days }),
    packSize: terms.pack_size,
    minimumOrder: terms.minimum_order,
    ...(terms.stock_max !== null && { stockMax: terms.stock_max })
  }
}

type Worth = Pick<Assessed, 'order_cost' | 'order_value' | 'next_value_per_cost' | 'last_chance'>

/** What the suggested quantity costs and is expected to bring. */
function worthOf(
  standing: Standing,
  { quantity, unavailable }: { quantity: number; unavailable: Record<string, string> }
): Worth {
  const none = { order_cost: null, order_value: null, next_value_per_cost: null, last_chance: null }
  if (quantity === 0) return none
  const { unitCost, unitPrice } = standing
  if (unitCost === undefined) unavailable['order_cost'] = 'nobody named what a unit costs'
  if (unitCost === undefined || unitPrice === undefined)
    unavailable['order_value'] = 'cost or price is not known'
  const order_cost = unitCost === undefined ? null : rounded(unitCost * quantity)
  const candidate = candidateOf(standing)
  if (!candidate) return { ...none, order_cost }
  const from = candidate.position
  const whole = lotWorth(candidate, { from, quantity })
  const next = lotWorth(candidate, { from, quantity: 1 })
  const isFree = candidate.unitCost <= 0
  if (isFree) unavailable['next_value_per_cost'] = 'a unit costs nothing'
  return {
    order_cost,
    order_value: rounded(whole.value),
    next_value_per_cost: isFree ? null : rounded(next.value / candidate.unitCost),
    last_chance: rounded(whole.chance)
  }
}

/** By the middle of what is expected over four weeks. */
function coverOf(demand: DemandQuantiles | undefined, available: number | null): number | null {
  const outcomes = demand && outcomesOf(demand, [COVER_DAYS])
  if (!outcomes) return null
  const dailyMean = outcomes.reduce((sum, units) => sum + units, 0) / outcomes.length / COVER_DAYS
  const days = daysOfCover(available, dailyMean)
  return days === null ? null : Math.round(10 * days) / 10
}

const rounded = (value: number): number => Math.round(1_000 * value) / 1_000
