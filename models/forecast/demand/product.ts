import { dayOf, eachOfferDay, ownDays, weekFactor, type Calendar } from './calendar.ts'
import { meanFrom } from './censored.ts'
import { isMissing, SHARE_MIN, type Observed } from './history.ts'
import type { Effects } from './learn.ts'
import type { LostUnits } from './lost.ts'
import { ratesOf, type Rates } from './rates.ts'

export type ConditionedProduct = { units: Float64Array; lost: LostUnits; emptyDays: number }

/** Product-days: all, without stock, in stock for a part, sold out. */
export type DayCounts = { all: number; empty: number; partial: number; soldOut: number }
export const emptyCounts = (): DayCounts => ({ all: 0, empty: 0, partial: 0, soldOut: 0 })

type ProductOptions = { calendar: Calendar; effects: Effects; days: DayCounts }

/** Days in a row without stock, after which nobody comes and asks any more: nothing is lost then. */
const ASKED_DAYS_MAX = 91

/** `days` counts on. A product of which nothing needs to be taken out keeps its own array. */
export function conditionProduct(
  observed: Observed,
  { calendar, effects, days }: ProductOptions
): ConditionedProduct {
  const { units, share } = observed
  days.all += units.length
  const factors = factorsOf(observed, calendar, effects)
  if (!share && !factors) return { units, lost: lostOf([], []), emptyDays: 0 }
  const rates = share ? ratesOf(observed, calendar) : undefined
  const closed = ownDays(calendar.closed, observed)
  const asked = new Float64Array(units.length)
  const [lostDays, lostUnits]: [number[], number[]] = [[], []]
  let emptyDays = 0
  for (let at = 0; at < units.length; at++) {
    const day = dayOf(calendar, observed, at)
    emptyDays = share?.[at] === 0 ? emptyDays + 1 : 0
    const factor = factors?.[at] ?? 1
    if (share) count(days, observed, at)
    const mean = rates && closed[at] !== 1 ? expectedOn(rates, at, factor / weekFactor(calendar, day)) : 0
    const whole = wholeDay(observed, at, { mean, dispersion: rates?.dispersion ?? 0 })
    asked[at] = factor < SHARE_MIN ? NaN : whole.units / factor
    if (!(whole.lost > 0) || emptyDays > ASKED_DAYS_MAX) continue
    lostDays.push(day)
    lostUnits.push(whole.lost)
  }
  return { units: asked, lost: lostOf(lostDays, lostUnits), emptyDays }
}

const lostOf = (days: number[], units: number[]): LostUnits => ({
  days: Int32Array.from(days),
  units: Float64Array.from(units)
})

/** What each day was multiplied by; undefined where all were ordinary. Without offers it is the shop's. */
function factorsOf(
  observed: Observed,
  calendar: Calendar,
  { uplifts, shop }: Effects
): Float64Array | undefined {
  const { category, offers } = observed
  if (offers.length === 0) return shop && ownDays(shop, observed)
  const factors = shop ? ownDays(shop, observed).slice() : new Float64Array(observed.units.length).fill(1)
  eachOfferDay(calendar, observed, (at, discount) => {
    factors[at] = (factors[at] ?? 1) * uplifts.of(category, discount)
  })
  return factors
}

/** A day's worth goes by how the shop sold, so the week of the year is in it already. */
const expectedOn = ({ rate, worth }: Rates, at: number, factor: number) =>
  (rate[at] ?? 0) * (worth[at] ?? 0) * factor

/**
 * A day that was in stock for a part counts as much as a whole one would have, by its own rate; one on which all was sold was cut
 * short by its own sales, so that its rate says too much: there the rest of the day is what is usual.
 */
function wholeDay(
  observed: Observed,
  at: number,
  { mean, dispersion }: { mean: number; dispersion: number }
): { units: number; lost: number } {
  const sold = observed.units[at] ?? NaN
  const inStock = observed.share?.[at] ?? 1
  if (Number.isNaN(sold)) return { units: NaN, lost: 0 }
  const lost = (1 - inStock) * mean
  if (isMissing(observed, at)) return { units: NaN, lost }
  if (observed.soldOut?.[at] !== 1) return { units: sold / inStock, lost }
  if (inStock < 1) return { units: sold + lost, lost }
  const units = meanFrom(sold, { mean, dispersion })
  return { units, lost: units - sold }
}

function count(days: DayCounts, { share, soldOut }: Observed, at: number): void {
  const inStock = share?.[at] ?? 1
  if (inStock === 0) days.empty++
  else if (inStock < 1) days.partial++
  if (soldOut?.[at] === 1) days.soldOut++
}
