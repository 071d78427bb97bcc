import { eachOfferDay, ownDays, worthsOf, type Calendar } from './calendar.ts'
import { isMissing, type Observed } from './history.ts'

export const YEAR_WEEKS = 52
const WEEKS_MIN = 78
const OVERLAP_MIN = 26
const YEARS_MAX = 3
/** Sales that were expected of a week for its ratio to say anything. */
const SALES_MIN = 20
/** Correlation of a year with the one before, below which the year has no shape. */
const LIKENESS_MIN = 0.3
const FACTOR_MIN = 0.3
const FACTOR_MAX = 3
/** Mean sales of a product, that a day of it counts for at most. */
const DAY_SALES_MAX = 4

/** By weeks, the last one first: mean sales, and how many there would have been had each product sold evenly. */
export type WeeklySales = { sold: Float64Array; expected: Float64Array }

/** Days of events and offers are left out, and so is what is older than three years. */
export function weeklySales(shop: readonly Observed[], calendar: Calendar): WeeklySales {
  const weeks = Math.min(YEARS_MAX * YEAR_WEEKS, Math.ceil(calendar.length / 7))
  const sales = { sold: new Float64Array(weeks), expected: new Float64Array(weeks) }
  for (const observed of shop) addWeeks(sales, observed, calendar)
  return sales
}

/** Mean sales that are added to each week, at no more than usual: a small shop's weeks differ by chance. */
const LEVEL_SALES = 50

/**
 * How each week compares to what its products sell in the mean. What a product lost while it was not there goes by this: before
 * Christmas it is more than what the product sold when it was last seen.
 */
export function levelsOf({ sold, expected }: WeeklySales): Float64Array {
  return sold.map((sum, week) => (sum + LEVEL_SALES) / ((expected[week] ?? 0) + LEVEL_SALES))
}

/**
 * How each week of the year compares to the mean one, over the whole shop: the last week first, going back. Needs a year and a half. Growth
 * is the median change from a year before, and is taken out. What is left is shrunk by how like the years are to each other, so that
 * chance, which does not repeat, leaves 1.
 */
export function learnWeeks({ sold, expected }: WeeklySales): Float64Array | undefined {
  if (sold.length < WEEKS_MIN) return undefined
  const ratios = sold.map((sum, week) => {
    const even = expected[week] ?? 0
    return even >= SALES_MIN ? Math.log((sum + 1) / (even + 1)) : NaN
  })
  const changes = pairsOf(ratios).map(([later, before]) => later - before)
  if (changes.length < OVERLAP_MIN) return undefined
  const growth = changes.toSorted((a, b) => a - b)[changes.length >> 1] ?? 0
  const level = ratios.map((ratio, week) => ratio + (growth * week) / YEAR_WEEKS)
  const likeness = likenessOf(pairsOf(level))
  if (!(likeness >= LIKENESS_MIN)) return undefined
  return factorsOf(placesOf(level, likeness))
}

/** A product counts by its days with a sale. */
function addWeeks({ sold, expected }: WeeklySales, observed: Observed, calendar: Calendar): void {
  const { units, category, share } = observed
  const sales = units.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0)
  if (sales === 0) return
  const mean = units.reduce((sum, value) => sum + (value > 0 ? value : 0), 0) / sales
  const usual = ownDays(worthsOf(calendar, category), observed)
  const [closed, ofEvent] = [ownDays(calendar.closed, observed), ownDays(calendar.ofEvent, observed)]
  const left = new Uint8Array(units.length)
  eachOfferDay(calendar, observed, (at) => (left[at] = 1))
  const worths = new Float64Array(units.length)
  let [counted, worth] = [0, 0]
  for (let at = Math.max(0, units.length - 7 * sold.length); at < units.length; at++) {
    if (left[at] === 1 || closed[at] === 1 || ofEvent[at] === 1 || isMissing(observed, at)) continue
    const week = Math.floor((units.length - 1 - at) / 7)
    const own = Math.min(DAY_SALES_MAX, (units[at] ?? 0) / mean)
    worths[at] = (usual[at] ?? 1) * (share?.[at] ?? 1)
    sold[week] = (sold[week] ?? 0) + own
    counted += own
    worth += worths[at] ?? 0
  }
  if (!(worth > 0)) return
  worths.forEach((own, at) => {
    if (own === 0) return
    const week = Math.floor((units.length - 1 - at) / 7)
    expected[week] = (expected[week] ?? 0) + (own * counted) / worth
  })
}

/** Each week that is known beside the same one a year before. */
function pairsOf(weeks: Float64Array): [number, number][] {
  const pairs: [number, number][] = []
  for (let week = 0; week + YEAR_WEEKS < weeks.length; week++) {
    const pair: [number, number] = [weeks[week] ?? NaN, weeks[week + YEAR_WEEKS] ?? NaN]
    if (pair.every(Number.isFinite)) pairs.push(pair)
  }
  return pairs
}

function likenessOf(pairs: readonly [number, number][]): number {
  const mean = (place: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[place] / pairs.length, 0)
  const [laterMean, beforeMean] = [mean(0), mean(1)]
  let [cross, later, before] = [0, 0, 0]
  for (const pair of pairs) {
    const [a, b] = [pair[0] - laterMean, pair[1] - beforeMean]
    cross += a * b
    later += a * a
    before += b * b
  }
  return later > 0 && before > 0 ? cross / Math.sqrt(later * before) : 0
}

/** Mean of the years at each place, as far as that many years can be trusted (Spearman and Brown 1910). */
function placesOf(weeks: Float64Array, likeness: number): Float64Array {
  const lastYear = weeks.subarray(0, YEAR_WEEKS).filter(Number.isFinite)
  const mean = lastYear.reduce((sum, value) => sum + value, 0) / lastYear.length
  return Float64Array.from({ length: YEAR_WEEKS }, (_, place) => {
    const known: number[] = []
    for (let week = place; week < weeks.length; week += YEAR_WEEKS)
      if (Number.isFinite(weeks[week])) known.push((weeks[week] ?? mean) - mean)
    if (known.length === 0) return 0
    const share = (known.length * likeness) / (1 + (known.length - 1) * likeness)
    return (share * known.reduce((sum, value) => sum + value, 0)) / known.length
  })
}

/** Neighbours even each other out: seasons do not change from one week to the next. */
function factorsOf(places: Float64Array): Float64Array {
  const at = (place: number) => places[(place + YEAR_WEEKS) % YEAR_WEEKS] ?? 0
  const factors = places.map((value, place) => Math.exp(value / 2 + (at(place - 1) + at(place + 1)) / 4))
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / YEAR_WEEKS
  return factors.map((factor) => Math.min(FACTOR_MAX, Math.max(FACTOR_MIN, factor / mean)))
}
