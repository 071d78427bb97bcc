/** What a wholesale account asked for; of priorities the largest is served first. */
export type Request = { account_id: string; units: number; priority?: number }
export type Allocation = { account_id: string; requested: number; allocated: number }

export type AllocateOptions = { available: number; packSize?: number; by: 'proportion' | 'priority' }
export type Allocated =
  | { ok: true; allocations: Allocation[]; left: number }
  | {
      ok: false
      reason:
        | 'pack size is not a whole number from 1'
        | 'stock is not known'
        | 'a request is not a number of units'
        | 'an account asks twice'
    }

/**
 * Scarce stock among accounts in whole packs: nobody gets more than they asked for, and all that anybody wants is given away.
 * By proportion each gets their share, by priority those before are served first and equals by proportion.
 */
export function allocate(
  requests: readonly Request[],
  { available, packSize = 1, by }: AllocateOptions
): Allocated {
  if (!Number.isInteger(packSize) || packSize < 1)
    return { ok: false, reason: 'pack size is not a whole number from 1' }
  if (!Number.isFinite(available)) return { ok: false, reason: 'stock is not known' }
  if (requests.some(({ units, priority = 0 }) => !isUnits(units) || Number.isNaN(priority)))
    return { ok: false, reason: 'a request is not a number of units' }
  if (new Set(requests.map(({ account_id }) => account_id)).size < requests.length)
    return { ok: false, reason: 'an account asks twice' }
  let packs = Math.floor(Math.max(0, available) / packSize)
  const given = new Map<string, number>()
  for (const equals of by === 'priority' ? byPriority(requests) : [requests]) {
    const shares = shareOut(
      equals.map(({ units }) => Math.floor(units / packSize)),
      { equals, packs }
    )
    equals.forEach(({ account_id }, at) => {
      given.set(account_id, (shares[at] ?? 0) * packSize)
      packs -= shares[at] ?? 0
    })
  }
  const allocations = requests.map(({ account_id, units }) => ({
    account_id,
    requested: units,
    allocated: given.get(account_id) ?? 0
  }))
  return { ok: true, allocations, left: available - allocations.reduce((sum, own) => sum + own.allocated, 0) }
}

const UNITS_MAX = 1_000_000
const isUnits = (units: number) => Number.isInteger(units) && units >= 0 && units <= UNITS_MAX

function byPriority(requests: readonly Request[]): Request[][] {
  const groups = Map.groupBy(requests, ({ priority = 0 }) => priority)
  return [...groups].toSorted(([a], [b]) => b - a).map(([, equals]) => equals)
}

/** Largest remainders (Hamilton): whole shares, then a pack each for those who lost most by rounding; ties by account. */
function shareOut(
  wanted: readonly number[],
  { equals, packs }: { equals: readonly Request[]; packs: number }
): number[] {
  const total = wanted.reduce((sum, own) => sum + own, 0)
  if (total <= packs) return [...wanted]
  const shares = wanted.map((own) => Math.floor((packs * own) / total))
  // Whole numbers throughout, so that no remainder is off by a rounding error.
  const remainders = wanted.map((own) => (packs * own) % total)
  const order = wanted
    .map((_, at) => at)
    .toSorted(
      (a, b) =>
        (remainders[b] ?? 0) - (remainders[a] ?? 0) ||
        ((equals[a]?.account_id ?? '') < (equals[b]?.account_id ?? '') ? -1 : 1)
    )
  const missing = packs - shares.reduce((sum, own) => sum + own, 0)
  for (const at of order.slice(0, missing)) shares[at] = (shares[at] ?? 0) + 1
  return shares
}
