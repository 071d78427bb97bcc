/** Units that were asked for and not there, by day; days without are left out. Days since 1970-01-01, ascending. */
export type LostUnits = { days: Int32Array; units: Float64Array }

/** In all, from one day to another, both included. */
export function lostWithin(
  { days, units }: LostUnits,
  { fromDay, toDay }: { fromDay: number; toDay: number }
): number {
  let sum = 0
  for (let at = days.length - 1; at >= 0 && (days[at] ?? 0) >= fromDay; at--)
    if ((days[at] ?? 0) <= toDay) sum += units[at] ?? 0
  return sum
}
