import { normalQuantile } from '../forecast/conformal.ts'

/** Days from order to delivery: as agreed, with the standard deviation where it is known; or as they were, each as likely. */
export type LeadTime = { days: number; spreadDays?: number } | { observedDays: readonly number[] }

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
