import { leaveOutMissing } from './point/point-forecaster.ts'

const QUIET_DAYS_MIN = 90
const CHANCE_MAX = 0.01

/**
 * Whether a product has stopped selling: quiet for more than 90 days, and so long a silence would have had a chance
 * below 1 % at the rate of before, (1 - d)^n with d the share of days with a sale and n the quiet days. Days on which nobody could
 * buy (NaN) are no silence.
 */
export function isDormant(history: Float64Array): boolean {
  const units = leaveOutMissing(history)
  const lastSale = units.findLastIndex((value) => value > 0)
  if (lastSale < 0) return true
  const quietDays = units.length - 1 - lastSale
  if (quietDays <= QUIET_DAYS_MIN) return false
  const saleDays = units.subarray(0, lastSale + 1).reduce((count, value) => count + (value > 0 ? 1 : 0), 0)
  return (1 - saleDays / (lastSale + 1)) ** quietDays < CHANCE_MAX
}
