const DAYS_MAX = 365

/** Days that the stock lasts at the forecast's mean a day; null with no demand or unknown stock, never above a year. */
export function daysOfCover(onHand: number | null, dailyMean: number): number | null {
  if (onHand === null || !(dailyMean > 0)) return null
  return Math.min(DAYS_MAX, Math.max(0, onHand) / dailyMean)
}
