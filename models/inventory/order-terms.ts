import { leadTimeOutcomes, type LeadTime } from './lead-time.ts'

/** How a product is ordered. */
export type OrderTerms = {
  leadTime: LeadTime
  /** Days between one look at the stock and the next; 0 is always. */
  reviewDays: number
  /** Days that an order should last beyond the next review and its delivery. */
  coverDays?: number
  /** Share of those stretches that must end without running out; from `criticalRatio`, or as somebody says. */
  serviceLevel: number
  /** Units to a pack; only whole packs are ordered. */
  packSize?: number
  /** Units that the supplier delivers at least. */
  minimumOrder?: number
  /** Units that position and order together must not exceed: room, or what a product may tie up. */
  stockMax?: number
}

export type TermsReason =
  | 'no lead time'
  | 'no review period'
  | 'no cover in days'
  | 'service level is not between 0 and 1'
  | 'pack size is not a whole number from 1'
  | 'minimum order is not a number of units'
  | 'maximum is not a number of units'

const DAYS_MAX = 365
const UNITS_MAX = 1_000_000_000

/** Why nothing can be ordered by these terms; undefined where something can. */
export function reasonAgainst(terms: OrderTerms): TermsReason | undefined {
  const { leadTime, reviewDays, coverDays = 0, serviceLevel, packSize = 1, minimumOrder = 0 } = terms
  if (!leadTimeOutcomes(leadTime)) return 'no lead time'
  if (!isBetween(reviewDays, 0, DAYS_MAX)) return 'no review period'
  if (!isBetween(coverDays, 0, DAYS_MAX)) return 'no cover in days'
  if (!(serviceLevel > 0 && serviceLevel < 1)) return 'service level is not between 0 and 1'
  if (!Number.isInteger(packSize) || !isBetween(packSize, 1, UNITS_MAX))
    return 'pack size is not a whole number from 1'
  if (!isBetween(minimumOrder, 0, UNITS_MAX)) return 'minimum order is not a number of units'
  if (terms.stockMax !== undefined && !isBetween(terms.stockMax, 0, UNITS_MAX))
    return 'maximum is not a number of units'
  return undefined
}

function isBetween(value: number, min: number, max: number): boolean {
  return value >= min && value <= max
}
