const FACTOR_MIN = 0.8
const FACTOR_MAX = 1.25
const DAMPING = 0.5

/**
 * By how much the children of a parent are to be multiplied, means and quantiles alike, to come half of the way to a forecast that was
 * made of the parent's own series. 1 where the two agree, or where one says nothing.
 *
 * Nothing serves it: on Online Retail's earlier days it did not help.
 */
export function factorTowards(own: Float64Array | undefined, addedUp: Float64Array): number {
  const days = Math.min(own?.length ?? 0, addedUp.length)
  const ratio = own ? sumOf(own.subarray(0, days)) / sumOf(addedUp.subarray(0, days)) : 1
  if (!(ratio >= 0 && ratio < Infinity)) return 1
  return 1 + DAMPING * (Math.min(FACTOR_MAX, Math.max(FACTOR_MIN, ratio)) - 1)
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)
