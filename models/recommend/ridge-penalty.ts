import type { Matrix } from './matrix.ts'

export type RidgePenalty = {
  /** Must be above 0: small values fit noise, large ones tend to the kernel of co-occurrence. */
  ridge: number
  /** The penalty of a source grows with its popularity to this power. */
  penaltyExponent: number
}

/** ridge m^-a n_i^d, by item, with m = mean n_u: the ridge means the same whatever a is. */
export function penaltiesOf(
  { itemDegrees, unitSizes }: Matrix,
  { ridge, penaltyExponent }: RidgePenalty,
  unitExponent: number
): Float64Array {
  if (!(ridge > 0)) throw new Error('the ridge must be above 0, or the equations may have no one solution')
  const mean = unitSizes.reduce((sum, size) => sum + size, 0) / Math.max(1, unitSizes.length)
  const scale = mean > 0 ? mean ** -unitExponent : 1
  return itemDegrees.map((degree) => (degree > 0 ? ridge * scale * degree ** penaltyExponent : 0))
}
