import type { Curve, Played } from './play.ts'

type Of = 'units' | 'value'
const stockOf = (point: Played, of: Of) => (of === 'units' ? point.averageStock : point.averageStockValue)
const fillOf = (point: Played, of: Of) => (of === 'units' ? point.fillRate : point.fillRateValue)

/**
 * Fill rate of a policy at that much average stock: on the straight line between its two settings nearest about it. Null where it
 * was not played with so little or so much, since beyond its ends nothing is known of it.
 */
export function fillAtStock({ points }: Curve, stock: number, of: Of): number | null {
  const sorted = points.toSorted((a, b) => stockOf(a, of) - stockOf(b, of))
  for (const [at, after] of sorted.entries()) {
    const before = sorted[at - 1] ?? after
    const [low, high] = [stockOf(before, of), stockOf(after, of)]
    if (stock < low || stock > high) continue
    const share = high > low ? (stock - low) / (high - low) : 0
    return fillOf(before, of) + share * (fillOf(after, of) - fillOf(before, of))
  }
  return null
}

/** Of several variants that which was best at this stock: chosen in hindsight, so in their favour. */
export function bestAtStock(
  curves: readonly Curve[],
  stock: number,
  of: Of
): { name: string; fillRate: number } | null {
  let best: { name: string; fillRate: number } | null = null
  for (const curve of curves) {
    const fillRate = fillAtStock(curve, stock, of)
    if (fillRate !== null && fillRate > (best?.fillRate ?? -Infinity)) best = { name: curve.name, fillRate }
  }
  return best
}
