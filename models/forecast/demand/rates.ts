import { dayOf, discountOn, isClosed, openWorthOf, type Calendar } from './calendar.ts'
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
  const base = dayWorths(observed, calendar)
  const { sale, cap } = salesOf(observed.units)
  const known = knownDays(observed, { ...base, cap })
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
  return { rate, worth: base.worth, ordinary: base.ordinary, sale, cap, dispersion }
}

/** `open`: worth, 0 on closed days. */
type DayWorths = { worth: Float64Array; open: Float64Array; ordinary: Uint8Array }

function dayWorths(observed: Observed, calendar: Calendar): DayWorths {
  const { units, category, offers } = observed
  const worth = new Float64Array(units.length)
  const open = new Float64Array(units.length)
  const ordinary = new Uint8Array(units.length)
  for (let at = 0; at < units.length; at++) {
    const day = dayOf(calendar, observed, at)
    worth[at] = openWorthOf(calendar, category, day)
    open[at] = isClosed(calendar, day) ? 0 : (worth[at] ?? 0)
    ordinary[at] = calendar.eventOn(day) || discountOn(offers, day) !== undefined ? 0 : 1
  }
  return { worth, open, ordinary }
}

/** The median sale, since one absurd order would move a mean. */
function salesOf(units: Float64Array): { sale: number; cap: number } {
  const sales = units.filter((value) => value > 0).toSorted()
  const cap = CAP_SALES * (sales[sales.length >> 1] ?? 0)
  const sum = sales.reduce((all, value) => all + Math.min(cap, value), 0)
  return { sale: sales.length > 0 ? sum / sales.length : 0, cap }
}

/** What ordinary days sold, and how many mean days they were worth for as long as there was stock; 0 and 0 for all others. */
type Known = { units: Float64Array; days: Float64Array }

function knownDays({ units, share }: Observed, { open, ordinary, cap }: DayWorths & { cap: number }): Known {
  const hasOrdinary = units.some((value, at) => isKnown(value) && ordinary[at] === 1 && (open[at] ?? 0) > 0)
  const known = { units: new Float64Array(units.length), days: new Float64Array(units.length) }
  units.forEach((value, at) => {
    if (!isKnown(value) || (hasOrdinary && ordinary[at] !== 1)) return
    const days = (share?.[at] ?? 1) * (open[at] ?? 0)
    if (!(days > 0)) return
    known.units[at] = Math.min(cap, value)
    known.days[at] = days
  })
  return known
}

const isKnown = (value: number) => !Number.isNaN(value)

function censoredDays({ share, soldOut }: Observed, days: Float64Array): number[] {
  const censored: number[] = []
  soldOut?.forEach((isSoldOut, at) => {
    if (isSoldOut === 1 && (share?.[at] ?? 1) >= 1 && (days[at] ?? 0) > 0) censored.push(at)
  })
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
