export const GUEST = -1

/** Who bought what and when, oldest first: parallel columns. */
export type CustomerPurchases = {
  /** GUEST where the shop does not know who bought. */
  customers: Int32Array
  works: Uint32Array
  occurredAtMs: Float64Array
}

export type Question = {
  customer: number
  /** Work and the time it was last bought; what is recommended is none of these. */
  owned: ReadonlyMap<number, number>
  /** Bought in the window for the first time. */
  fresh: ReadonlySet<number>
  /** Bought in the window again. */
  again: ReadonlySet<number>
}

/** Customers who bought before the window and in it. */
export function questionsOf(training: CustomerPurchases, window: CustomerPurchases): Question[] {
  const owned = new Map<number, Map<number, number>>()
  training.customers.forEach((customer, row) => {
    if (customer === GUEST) return
    const works = owned.get(customer) ?? new Map<number, number>()
    works.set(training.works[row] ?? 0, training.occurredAtMs[row] ?? 0)
    owned.set(customer, works)
  })
  const bought = new Map<number, Set<number>>()
  window.customers.forEach((customer, row) => {
    if (!owned.has(customer)) return
    const works = bought.get(customer) ?? new Set<number>()
    bought.set(customer, works.add(window.works[row] ?? 0))
  })
  return [...bought].map(([customer, works]) => {
    const before = owned.get(customer) ?? new Map<number, number>()
    const again = new Set([...works].filter((work) => before.has(work)))
    return { customer, owned: before, fresh: works.difference(again), again }
  })
}
