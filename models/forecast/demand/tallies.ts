/** What was sold on days of a kind, and what ordinary days would have brought, in mean sales of each product. */
export type Tally = { sold: number; expected: number }

export const emptyTally = (): Tally => ({ sold: 0, expected: 0 })

export function tallyOf<K>(tallies: Map<K, Tally>, key: K): Tally {
  const known = tallies.get(key)
  if (known) return known
  const tally = emptyTally()
  tallies.set(key, tally)
  return tally
}

/** (sold + k * prior) / (expected + k): with little seen it is the prior. */
export function shrunk(
  { sold, expected }: Tally,
  { prior, sales }: { prior: number; sales: number }
): number {
  return (sold + sales * prior) / (expected + sales)
}
