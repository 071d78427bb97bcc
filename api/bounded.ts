/** Counts what is held at once, so that it stays below a bound. */
export type Bounded = {
  /** False, and nothing taken, where it would be more than the bound; alone, anything may pass. */
  take: (amount: number) => boolean
  giveBack: (amount: number) => void
  isFull: () => boolean
}

export function createBounded(amountMax: number): Bounded {
  let held = 0
  return {
    take(amount) {
      if (held > 0 && held + amount > amountMax) return false
      held += amount
      return true
    },
    giveBack(amount) {
      held -= amount
    },
    isFull: () => held >= amountMax
  }
}
