import type { ServedTerms } from '../contracts/served-stock.ts'
import { normalQuantile } from '../forecast/conformal.ts'

/** Days from order to delivery: as agreed, with the standard deviation where it is known; or as they were, each as likely. */
export type LeadTime = { days: number; spreadDays?: number } | { observedDays: readonly number[] }

/** How many past deliveries say more than what somebody once agreed upon. */
export const OBSERVED_MIN = 5

/** Days that a delivery usually takes, observed before agreed; null where nobody knows. */
export const usualLeadDays = ({
  lead_times_observed,
  lead_time_days
}: Pick<ServedTerms, 'lead_times_observed' | 'lead_time_days'>): number | null =>
  lead_times_observed.length >= OBSERVED_MIN ? meanDays(lead_times_observed) : lead_time_days

/** In whole days; null of none. */
export const meanDays = (days: readonly number[]): number | null =>
  days.length === 0 ? null : Math.round(days.reduce((sum, own) => sum + own, 0) / days.length)

const DAYS_MAX = 365
const OBSERVED_MAX = 50
const SLICES = 9

/** Equally likely lead times; undefined for what is no lead time. */
export function leadTimeOutcomes(leadTime: LeadTime): number[] | undefined {
  if ('observedDays' in leadTime) {
    const observed = leadTime.observedDays.slice(-OBSERVED_MAX)
    return observed.length > 0 && observed.every(isLeadTime) ? observed : undefined
  }
  const { days, spreadDays = 0 } = leadTime
  if (!isLeadTime(days) || !isLeadTime(spreadDays)) return undefined
  return spreadDays === 0 ? [days] : NORMAL.map((z) => Math.max(0, days + z * spreadDays))
}

const isLeadTime = (days: number) => days >= 0 && days <= DAYS_MAX

/** Middles of nine equal slices of the normal distribution, stretched so that their variance is 1. */
const NORMAL = (() => {
  const middles = Array.from({ length: SLICES }, (_, slice) => normalQuantile((slice + 0.5) / SLICES))
  const spread = Math.sqrt(middles.reduce((sum, z) => sum + z * z, 0) / SLICES)
  return middles.map((z) => z / spread)
})()
