/** What a shop knows of a product's past. All arrays are of calendar days, oldest first, up to a last day that all products share. */
export type ProductHistory = {
  /** Sold on each day since the first sale or the first receipt; NaN is unknown. */
  units: Float64Array
  category?: string
  /** Share of each day, 0 to 1, on which there was stock to sell, weighted by when people buy; always without. */
  available?: Float64Array
  /** Units there could be sold on each day: on hand at opening and what arrived. NaN is unknown. */
  stockAtStart?: Float64Array
  /** Past, running and scheduled; both days belong to it. */
  offers?: readonly Offer[]
}

/** `discount`: share off the list price, 0 to 1. Days since 1970-01-01. */
export type Offer = { fromDay: number; toDay: number; discount: number }

/** A holiday or an event of the shop: its days since 1970-01-01, in past years and in what comes. */
export type CalendarEvent = { name: string; days: readonly number[] }

/** A history that can be reckoned with: units from 0 up or NaN, shares from 0 to 1, and on which days the last unit was sold. */
export type Observed = {
  units: Float64Array
  category: string | undefined
  share: Float64Array | undefined
  soldOut: Uint8Array | undefined
  offers: readonly Offer[]
  /** Stock records that say "none" while a tenth of all units were sold are not believed. */
  isCredible: boolean
}

/**
 * Less than this of a day in stock says nothing about the day: what was sold would count four times and more, and its chance with
 * it. Such a day is missing, unless it ended because all was sold.
 */
export const SHARE_MIN = 0.25
const SOLD_WITHOUT_STOCK_MAX = 0.1

export function observe(history: ProductHistory, product: number): Observed {
  const { units, available, stockAtStart, category, offers = [] } = history
  for (const [name, own] of Object.entries({ available, stockAtStart }))
    if (own && own.length !== units.length)
      throw new RangeError(`product ${product}: ${name} has ${own.length} days, units have ${units.length}`)
  const clean = units.every((value) => value >= 0 && value < Infinity) ? units : units.map(cleanUnits)
  const believed = { units: clean, category, offers: offers.filter(({ fromDay, toDay }) => fromDay <= toDay) }
  if (!available && !stockAtStart)
    return { ...believed, share: undefined, soldOut: undefined, isCredible: true }
  const share = shareOf(clean, { available, stockAtStart })
  const without = soldWithoutStock(clean, share)
  if (without.units > SOLD_WITHOUT_STOCK_MAX * without.ofUnits)
    return { ...believed, share: undefined, soldOut: undefined, isCredible: false }
  const own = without.units > 0 ? withLateRecords(clean, share) : share
  const soldOut = soldOutOf(clean, { share: own, stockAtStart })
  // What was always in stock costs no memory.
  return own.every((day) => day === 1) && !soldOut.includes(1)
    ? { ...believed, share: undefined, soldOut: undefined, isCredible: true }
    : { ...believed, share: own, soldOut, isCredible: true }
}

/** A few sales without stock are late records of days on which there was some. */
const withLateRecords = (units: Float64Array, share: Float64Array) =>
  share.map((own, at) => (own === 0 && (units[at] ?? 0) > 0 ? 1 : own))

const cleanUnits = (value: number) => (value < 0 ? 0 : value < Infinity ? value : NaN)

type Stock = { available: Float64Array | undefined; stockAtStart: Float64Array | undefined }

/** The array itself where it is in order, as it will be. */
function shareOf(units: Float64Array, { available, stockAtStart }: Stock): Float64Array {
  if (available && !stockAtStart && available.every((share) => share >= 0 && share <= 1)) return available
  return units.map((_, at) => {
    if ((stockAtStart?.[at] ?? NaN) <= 0) return 0
    const share = available?.[at] ?? 1
    return Number.isNaN(share) ? 1 : Math.min(1, Math.max(0, share))
  })
}

function soldWithoutStock(units: Float64Array, share: Float64Array): { units: number; ofUnits: number } {
  const without = { units: 0, ofUnits: 0 }
  for (let at = 0; at < units.length; at++) {
    const value = units[at] ?? 0
    if (!(value > 0)) continue
    without.ofUnits += value
    if (share[at] === 0) without.units += value
  }
  return without
}

/** As much sold as there was; where nobody knows how much there was, none left after a day that began with some. */
function soldOutOf(
  units: Float64Array,
  { share, stockAtStart }: { share: Float64Array; stockAtStart: Float64Array | undefined }
): Uint8Array {
  const soldOut = new Uint8Array(units.length)
  for (let at = 0; at < units.length; at++) {
    const value = units[at] ?? NaN
    if (!(value > 0)) continue
    const stock = stockAtStart?.[at] ?? NaN
    const isLast = stock > 0 ? value >= stock : (share[at] ?? 1) < 1 && (share[at + 1] ?? 0) === 0
    if (isLast) soldOut[at] = 1
  }
  return soldOut
}

/** Whether what was sold on the day says nothing of what was asked for. */
export function isMissing({ units, share, soldOut }: Observed, at: number): boolean {
  return Number.isNaN(units[at]) || ((share?.[at] ?? 1) < SHARE_MIN && soldOut?.[at] !== 1)
}
