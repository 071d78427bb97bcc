import { chanceOfAtLeast, GRID_DAYS, type DemandQuantiles } from './demand.ts'

/** Units that come in so many days from now, before that day's first sale. */
export type Arrival = { days: number; units: number }
export type Supply = { available: number; arrivals?: readonly Arrival[] }

export type StockOut =
  | {
      ok: true
      /** Days from now by which the stock has run out with 10, 50 and 90 % probability; null beyond the horizon. 0 is now. */
      p10: number | null
      p50: number | null
      p90: number | null
    }
  | { ok: false; reason: 'no forecast' | 'stock is not known' }

const HORIZON_DAYS = 84
const ARRIVALS_MAX = 100

/**
 * The first day on which demand reaches what is there and has come in: P(D over 1..k >= on hand + arrivals up to k). Between two
 * arrivals it can only rise, so the last day before each is looked at; what has run out stays run out though goods come later.
 */
export function stockOut(demand: DemandQuantiles, supply: Supply, horizonDays = HORIZON_DAYS): StockOut {
  const { available, arrivals = [] } = supply
  if (!Number.isFinite(available)) return { ok: false, reason: 'stock is not known' }
  if (!Number.isFinite(demand(horizonDays, 0.5))) return { ok: false, reason: 'no forecast' }
  const stretches = stretchesOf(available, { arrivals, horizonDays })
  const firstDay = (probability: number) => firstDayOut(demand, stretches, probability)
  return {
    ok: true,
    p10: firstDay(0.1),
    p50: firstDay(0.5),
    p90: firstDay(0.9)
  }
}

/** Probability of having run out by the end of each day of the grid. Dearer than the dates: for one product, not for all. */
export function stockOutChances(
  demand: DemandQuantiles,
  { available, arrivals = [] }: Supply,
  horizonDays = HORIZON_DAYS
): { days: number; chance: number }[] {
  const stretches = stretchesOf(available, { arrivals, horizonDays })
  return GRID_DAYS.filter((days) => days <= horizonDays).map((days) => ({
    days,
    chance: chanceBy(demand, stretches, days)
  }))
}

/** Days, both counted, over which nothing comes in. */
type Stretch = { first: number; last: number; units: number }

function stretchesOf(
  available: number,
  { arrivals, horizonDays }: { arrivals: readonly Arrival[]; horizonDays: number }
): Stretch[] {
  const coming = arrivals
    .filter(({ days, units }) => Number.isFinite(days) && units > 0 && days <= horizonDays)
    .map(({ days, units }) => ({ days: Math.max(1, Math.ceil(days)), units }))
    .toSorted((a, b) => a.days - b.days)
    .slice(0, ARRIVALS_MAX)
  const stretches: Stretch[] = []
  let [first, units] = [0, available]
  for (const arrival of coming) {
    if (arrival.days > first) stretches.push({ first, last: arrival.days - 1, units })
    first = arrival.days
    units += arrival.units
  }
  return [...stretches, { first, last: horizonDays, units }]
}

function firstDayOut(
  demand: DemandQuantiles,
  stretches: readonly Stretch[],
  probability: number
): number | null {
  for (const { first, last, units } of stretches) {
    // P(D >= units) >= p, said by the quantile: with 1 - p it does not stay below.
    const isOut = (days: number) => units <= 0 || Math.round(demand(days, 1 - probability)) >= units
    if (!isOut(last)) continue
    let [low, high] = [first, last]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isOut(middle)) high = middle
      else low = middle + 1
    }
    return low
  }
  return null
}

function chanceBy(demand: DemandQuantiles, stretches: readonly Stretch[], days: number): number {
  const past = stretches.filter(({ first }) => first <= days)
  return past.reduce(
    (most, { last, units }) => Math.max(most, chanceOfAtLeast(demand, { days: Math.min(last, days), units })),
    0
  )
}
