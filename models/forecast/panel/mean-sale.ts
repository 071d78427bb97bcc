/** Units of a period that sold anything; 0 where none did. */
export function meanSale(y: Float64Array): number {
  let [sum, count] = [0, 0]
  for (let at = 0; at < y.length; at++) {
    const value = y[at] ?? NaN
    if (!(value > 0)) continue
    sum += value
    count++
  }
  return count === 0 ? 0 : sum / count
}
