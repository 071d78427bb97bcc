import type { DemandQuantiles } from './demand.ts'
import { leadTimeOutcomes } from './lead-time.ts'
import { reasonAgainst, type OrderTerms, type TermsReason } from './order-terms.ts'
import { meanOf, outcomesOf, quantileOf, shortageOf } from './outcomes.ts'

export type StockLevels = {
  /** Order when the position is at or below this. */
  reorder_point: number
  /** Up to which an order lifts the position; 0 where no demand is expected at all. */
  order_up_to: number
  /** What the reorder point holds against more than the mean; below 0 where a low service level accepts less than that. */
  safety_stock: number
  /** Expected units over lead time and review period. */
  mean_demand: number
  /** Share of the units asked for that will be there, in the mean. */
  fill_rate: number
}

export type LevelsResult = ({ ok: true } & StockLevels) | { ok: false; reason: TermsReason | 'no forecast' }

/**
 * An order placed now arrives after the lead time, and the next chance to place one comes after the review period, so the stock
 * has to last for both: s = Q(D over L + R), S = max(s + minimum order, Q(D over L + R + cover)), in whole units.
 */
export function stockLevels(demand: DemandQuantiles, terms: OrderTerms): LevelsResult {
  const reason = reasonAgainst(terms)
  if (reason) return { ok: false, reason }
  const { reviewDays, coverDays = 0, serviceLevel } = terms
  const leadTimes = leadTimeOutcomes(terms.leadTime) ?? []
  const bound = (days: number) => demandBound(demand, { leadTimes, days, serviceLevel })
  const outcomes = outcomesOf(
    demand,
    leadTimes.map((days) => days + reviewDays)
  )
  const [atLeast, upTo] = [bound(reviewDays), bound(reviewDays + coverDays)]
  if (!outcomes || !Number.isFinite(atLeast) || !Number.isFinite(upTo))
    return { ok: false, reason: 'no forecast' }
  const step = Math.max(1, terms.packSize ?? 1, terms.minimumOrder ?? 0)
  const reorderPoint = Math.ceil(atLeast)
  const orderUpTo = upTo > 0 ? Math.max(reorderPoint + (terms.minimumOrder ?? 1), Math.ceil(upTo)) : 0
  const mean = meanOf(outcomes)
  const days = leadTimes.reduce((sum, own) => sum + own, 0) / leadTimes.length + reviewDays
  const perReview = days > 0 ? (mean * reviewDays) / days : 0
  const perOrder = Math.max(step, orderUpTo - reorderPoint, perReview)
  return {
    ok: true,
    reorder_point: reorderPoint,
    order_up_to: orderUpTo,
    safety_stock: reorderPoint - mean,
    mean_demand: mean,
    fill_rate: Math.max(0, 1 - shortageOf(outcomes, reorderPoint) / perOrder)
  }
}

type BoundOptions = { leadTimes: readonly number[]; days: number; serviceLevel: number }

/** With one lead time the forecast's own quantile; with several, that of the mixture. */
function demandBound(demand: DemandQuantiles, { leadTimes, days, serviceLevel }: BoundOptions): number {
  const [only] = leadTimes
  if (leadTimes.length === 1 && only !== undefined) return Math.max(0, demand(only + days, serviceLevel))
  const outcomes = outcomesOf(
    demand,
    leadTimes.map((own) => own + days)
  )
  return outcomes ? quantileOf(outcomes, serviceLevel) : NaN
}
