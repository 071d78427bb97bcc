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
