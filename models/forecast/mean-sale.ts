/** Units of a mean period that had a sale: 0 without one. Periods that nobody could observe are none. */
export function meanSale(units: Float64Array): number {
  let sum = 0
  let count = 0
  for (let at = 0; at < units.length; at++) {
    const value = units[at] ?? 0
    if (!(value > 0)) continue
    sum += value
    count++
  }
  return count === 0 ? 0 : sum / count
}
