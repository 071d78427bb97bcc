/** How busy a shop was so many days ago, beside now: 1 is as now. */
export type TradeLevel = (daysAgo: number) => number

const DAYS = 28

/**
 * From the shop's sales a day (lines, say, since one wholesale order is no season), ending today: means of the 28 days up to a
 * day. A shop sells more of everything before Christmas, and what launches sold in spring has to be read so. 1 beyond what is known.
 */
export function tradeLevel(daily: Float64Array | undefined): TradeLevel {
  if (!daily || daily.length < DAYS) return () => 1
  const sums = new Float64Array(daily.length + 1)
  daily.forEach(
    (value, day) => (sums[day + 1] = (sums[day] ?? 0) + (value > 0 && value < Infinity ? value : 0))
  )
  const upTo = (end: number) => (sums[end] ?? 0) - (sums[end - DAYS] ?? 0)
  const now = upTo(daily.length)
  return (daysAgo) => {
    const before = upTo(Math.min(daily.length, Math.max(DAYS, daily.length - daysAgo)))
    return now > 0 && before > 0 ? before / now : 1
  }
}
