/** Copies that are out at once in the mean, were there enough of them (Little 1961): rentals a day times days a rental. */
export function copiesOut({ rentalsPerDay, meanDays }: { rentalsPerDay: number; meanDays: number }): number {
  return rentalsPerDay * meanDays
}

/**
 * Share of visitors who find all copies out (Erlang 1917): B(n) = a B(n-1) / (n + a B(n-1)), B(0) = 1. It holds whatever the
 * rentals' lengths are distributed like, and the recursion only ever divides by what is above n, so large loads do not overflow.
 */
export function blocking(load: number, copies: number): number {
  let share = 1
  for (let n = 1; n <= copies; n++) share = (load * share) / (n + load * share)
  return share
}

const LOAD_MAX = 1_000_000

export type CopiesNeeded =
  | { ok: true; copies: number }
  | { ok: false; reason: 'no load' | 'service is not between 0 and 1' }

/** The fewest copies with which at most 1 - service of the visitors find none. Demand that went away is in no rental record. */
export function copiesNeeded(load: number, service: number): CopiesNeeded {
  if (!(load >= 0 && load <= LOAD_MAX)) return { ok: false, reason: 'no load' }
  if (!(service > 0 && service < 1)) return { ok: false, reason: 'service is not between 0 and 1' }
  if (load === 0) return { ok: true, copies: 0 }
  let share = 1
  let copies = 0
  while (share > 1 - service) {
    copies++
    share = (load * share) / (copies + load * share)
  }
  return { ok: true, copies }
}

/** What is missing of the copies that are needed. */
export function copiesToBuy(of: { load: number; service: number; owned: number }): CopiesNeeded {
  const needed = copiesNeeded(of.load, of.service)
  return needed.ok ? { ok: true, copies: Math.max(0, needed.copies - of.owned) } : needed
}
