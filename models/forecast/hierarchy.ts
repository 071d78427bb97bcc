/** A level of forecasts by name: products, categories or artists, shops. */
export type Level = ReadonlyMap<string, Float64Array>

/**
 * What the children of each parent are expected to bring together: published as the parent's forecast, so that product, category, shop
 * and total always add up. Called once a level; whoever has no parent is in none, and a parent without children is not there.
 */
export function addUp(
  children: Level,
  parentOf: (child: string) => string | undefined
): Map<string, Float64Array> {
  const parents = new Map<string, Float64Array>()
  for (const [child, path] of children) {
    const parent = parentOf(child)
    if (parent === undefined) continue
    const sum = parents.get(parent) ?? new Float64Array(path.length)
    // A path that ends earlier says nothing of the days after it, and nothing is what it adds to them.
    const longer = sum.length >= path.length ? sum : lengthened(sum, path.length)
    path.forEach((value, day) => (longer[day] = (longer[day] ?? 0) + value))
    parents.set(parent, longer)
  }
  return parents
}

function lengthened(path: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length)
  longer.set(path)
  return longer
}

const FACTOR_MIN = 0.8
const FACTOR_MAX = 1.25
const DAMPING = 0.5

/**
 * By how much the children of a parent are to be multiplied, means and quantiles alike, to come half of the way to a forecast that was
 * made of the parent's own series. 1 where the two agree, or where one says nothing.
 *
 * Off by default: on Online Retail's earlier days it did not help (`npm run -s bench hierarchy`).
 */
export function factorTowards(own: Float64Array | undefined, addedUp: Float64Array): number {
  const days = Math.min(own?.length ?? 0, addedUp.length)
  const ratio = own ? sumOf(own.subarray(0, days)) / sumOf(addedUp.subarray(0, days)) : 1
  if (!(ratio >= 0 && ratio < Infinity)) return 1
  return 1 + DAMPING * (Math.min(FACTOR_MAX, Math.max(FACTOR_MIN, ratio)) - 1)
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)
