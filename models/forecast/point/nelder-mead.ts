export type Box = { start: Float64Array; lower: Float64Array; upper: Float64Array }
export type Minimum = { at: Float64Array; value: number; evaluations: number }
type SearchOptions = Box & { step?: number; tolerance?: number; evaluationsMax?: number }

/**
 * The downhill simplex (Nelder and Mead 1965) with the coefficients of Gao and Han (2012), which suit many dimensions, kept
 * inside a box. Ends when the values at the corners differ by less than `tolerance`. NaN counts as worse than anything.
 */
export function nelderMead(
  of: (x: Float64Array) => number,
  { start, lower, upper, step = 0.05, tolerance = 1e-4, evaluationsMax = 1000 }: SearchOptions
): Minimum {
  const n = start.length
  const expand = 1 + 2 / n
  const contract = 0.75 - 1 / (2 * n)
  const shrink = n === 1 ? 0.5 : 1 - 1 / n
  let evaluations = 0
  const valueAt = (x: Float64Array) => {
    evaluations++
    const value = of(x)
    return Number.isNaN(value) ? Infinity : value
  }
  const clamp = (value: number, i: number) => Math.min(upper[i] ?? value, Math.max(lower[i] ?? value, value))
  const corner = (x: Float64Array): Corner => ({ x, value: valueAt(x) })
  const corners = [corner(start.map(clamp))]
  for (let i = 0; i < n; i++) {
    const x = start.map(clamp)
    const value = x[i] ?? 0
    const moved = clamp(value === 0 ? 1e-4 : value * (1 + step), i)
    x[i] = moved === value ? clamp(value * (1 - step), i) : moved
    corners.push(corner(x))
  }
  const centre = new Float64Array(n)
  /** The point `far` times as far from the centre as it is from there to `x`. */
  const along = (x: Float64Array, far: number) =>
    corner(Float64Array.from(centre, (own, i) => clamp(own + far * ((x[i] ?? 0) - own), i)))
  for (;;) {
    corners.sort((a, b) => a.value - b.value)
    const [best, worst, second] = [corners[0], corners[n], corners[n - 1]]
    if (!best || !worst || !second) throw new Error('a simplex has more than one corner')
    if (evaluations >= evaluationsMax || spreadOf(corners) < tolerance)
      return { at: best.x, value: best.value, evaluations }
    centreOf(corners, centre)
    const reflected = along(worst.x, -1)
    if (reflected.value < best.value) {
      const expanded = along(reflected.x, expand)
      corners[n] = expanded.value < reflected.value ? expanded : reflected
      continue
    }
    if (reflected.value < second.value) {
      corners[n] = reflected
      continue
    }
    const nearer = reflected.value < worst.value ? along(reflected.x, contract) : along(worst.x, contract)
    if (nearer.value < Math.min(worst.value, reflected.value)) {
      corners[n] = nearer
      continue
    }
    for (let at = 1; at <= n; at++) {
      const x = corners[at]?.x ?? best.x
      corners[at] = corner(
        Float64Array.from(best.x, (own, i) => clamp(own + shrink * ((x[i] ?? 0) - own), i))
      )
    }
  }
}

type Corner = { x: Float64Array; value: number }

/** Of all corners but the last. */
function centreOf(corners: readonly Corner[], into: Float64Array): void {
  into.fill(0)
  const count = corners.length - 1
  for (let at = 0; at < count; at++) {
    const x = corners[at]?.x
    for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) + (x?.[i] ?? 0) / count
  }
}

/** Standard deviation of the values. NaN while one is infinite, which is no reason to end. */
function spreadOf(corners: readonly Corner[]): number {
  let sum = 0
  for (const { value } of corners) sum += value
  const mean = sum / corners.length
  let squares = 0
  for (const { value } of corners) squares += (value - mean) ** 2
  return Math.sqrt(squares / corners.length)
}
