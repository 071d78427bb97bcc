import { eachOfferDay, ownDays, worthsOf, type Calendar } from './calendar.ts'
import { meanFrom } from './censored.ts'
import type { Observed } from './history.ts'

/** Of each day: what an ordinary mean day would have brought (`rate`), and how many mean days the day is worth (`worth`). */
export type Rates = {
  rate: Float64Array
  /** As if the shop were open. */
  worth: Float64Array
  /** 1 on days without an offer or an event. */
  ordinary: Uint8Array
  /** Mean units of a day with a sale: what products are compared in. */
  sale: number
  /** No day counts for more: an order by a wholesaler says nothing of ordinary days. */
  cap: number
  dispersion: number
}

/** Known days, within which half of what is known of an ordinary day lies: the season before last says little. */
const HALF_LIFE_DAYS = 28
const FADE = 2 ** (-1 / HALF_LIFE_DAYS)
/** Mean days by the product's whole history, added so that a single day in stock does not stand for a year. */
const PRIOR_DAYS = 7
const CAP_SALES = 10
const ROUNDS = 4
const DISPERSION_MIN = 0.01

/**
 * Units / mean days over the known days around, each fading by its distance in known days: so a product that was never in stock again
 * stays where it was. Days on which all was sold count what they would have sold (expectation maximisation, censored.ts).
 */
export function ratesOf(observed: Observed, calendar: Calendar): Rates {
  const worth = ownDays(worthsOf(calendar, observed.category), observed)
  const ordinary = ordinaryDays(observed, calendar)
  const { sale, cap } = salesOf(observed.units)
  const known = knownDays(observed, { worth, closed: ownDays(calendar.closed, observed), ordinary, cap })
  let rate = smooth(known)
  const censored = censoredDays(observed, known.days)
  const dispersion = dispersionOf(known, { sale, rate, censored })
  if (censored.length > 0)
    for (let round = 0; round < ROUNDS; round++) {
      for (const at of censored) {
        const mean = (rate[at] ?? 0) * (known.days[at] ?? 0)
        known.units[at] = meanFrom(Math.min(cap, observed.units[at] ?? 0), { mean, dispersion })
      }
      rate = smooth(known)
    }
  return { rate, worth, ordinary, sale, cap, dispersion }
}

/** What is the shop's is shared, and only a product with offers has ordinary days of its own. */
function ordinaryDays(observed: Observed, calendar: Calendar): Uint8Array {
  const ordinary = ownDays(calendar.ofEvent, observed).map((isEvent) => 1 - isEvent)
  eachOfferDay(calendar, observed, (at) => (ordinary[at] = 0))
  return ordinary
}

/** The median sale, since one absurd order would move a mean. */
function salesOf(units: Float64Array): { sale: number; cap: number } {
  const all = new Float64Array(units.length)
  let count = 0
  for (let at = 0; at < units.length; at++) if ((units[at] ?? 0) > 0) all[count++] = units[at] ?? 0
  const sales = all.subarray(0, count).toSorted()
  const cap = CAP_SALES * (sales[count >> 1] ?? 0)
  let sum = 0
  for (let at = 0; at < count; at++) sum += Math.min(cap, sales[at] ?? 0)
  return { sale: count > 0 ? sum / count : 0, cap }
}

/** What ordinary days sold, and how many mean days they were worth for as long as there was stock; 0 and 0 for all others. */
type Known = { units: Float64Array; days: Float64Array }

function knownDays(
  { units, share }: Observed,
  { worth, closed, ordinary, cap }: Pick<Rates, 'worth' | 'ordinary' | 'cap'> & { closed: Uint8Array }
): Known {
  const known = { units: new Float64Array(units.length), days: new Float64Array(units.length) }
  const take = (isTaken: (at: number) => boolean) => {
    let count = 0
    for (let at = 0; at < units.length; at++) {
      const value = units[at] ?? NaN
      const days = (share?.[at] ?? 1) * (worth[at] ?? 0)
      if (Number.isNaN(value) || closed[at] === 1 || !(days > 0) || !isTaken(at)) continue
      known.units[at] = Math.min(cap, value)
      known.days[at] = days
      count++
    }
    return count
  }
  // A product that was always on offer has no better days to tell what it sells.
  if (take((at) => ordinary[at] === 1) === 0) take(() => true)
  return known
}

function censoredDays({ share, soldOut }: Observed, days: Float64Array): number[] {
  const censored: number[] = []
  if (!soldOut) return censored
  for (let at = 0; at < soldOut.length; at++)
    if (soldOut[at] === 1 && (share?.[at] ?? 1) >= 1 && (days[at] ?? 0) > 0) censored.push(at)
  return censored
}

function smooth({ units, days }: Known): Float64Array {
  const length = units.length
  const sold = new Float64Array(length)
  const known = new Float64Array(length)
  const total = { sold: 0, known: 0 }
  let [soldBefore, knownBefore] = [0, 0]
  for (let at = 0; at < length; at++) {
    const own = days[at] ?? 0
    const fade = own > 0 ? FADE : 1
    soldBefore = fade * soldBefore + (units[at] ?? 0)
    knownBefore = fade * knownBefore + own
    sold[at] = soldBefore
    known[at] = knownBefore
    total.sold += units[at] ?? 0
    total.known += own
  }
  const overall = total.known > 0 ? total.sold / total.known : 0
  const rate = new Float64Array(length)
  let [soldAfter, knownAfter] = [0, 0]
  for (let at = length - 1; at >= 0; at--) {
    const own = days[at] ?? 0
    const fade = own > 0 ? FADE : 1
    rate[at] =
      ((sold[at] ?? 0) + fade * soldAfter + PRIOR_DAYS * overall) /
      ((known[at] ?? 0) + fade * knownAfter + PRIOR_DAYS)
    soldAfter = fade * soldAfter + (units[at] ?? 0)
    knownAfter = fade * knownAfter + own
  }
  return rate
}

type Spread = { sale: number; rate: Float64Array; censored: readonly number[] }

/** Variance / mean of days whose whole demand is known, at least a hundredth of a sale: products sell in lots, unlike Poisson's. */
function dispersionOf({ units, days }: Known, { sale, rate, censored }: Spread): number {
  const left = new Set(censored)
  let [squares, mean] = [0, 0]
  for (let at = 0; at < units.length; at++) {
    const own = days[at] ?? 0
    if (own === 0 || left.has(at)) continue
    const expected = own * (rate[at] ?? 0)
    squares += ((units[at] ?? 0) - expected) ** 2
    mean += expected
  }
  return Math.max(DISPERSION_MIN * sale, mean > 0 ? squares / mean : sale)
}
