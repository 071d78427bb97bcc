import { meanSale } from './mean-sale.ts'

/** Of each place in a season: what was sold there, and what would have been were all places alike. */
export type SeasonTally = { sold: Float64Array; even: Float64Array }

export const emptyTally = (season: number): SeasonTally => ({
  sold: new Float64Array(season),
  even: new Float64Array(season)
})

export type TallyOptions = {
  season: number
  /** Whole seasons that are looked back on, so that no place counts more often than another. */
  seasonsMax: number
  /** In units, or in mean sales of the series, so that each series counts by its periods of sale. */
  per: 'unit' | 'mean sale'
  /** The place of the first period after the last one. */
  nextPlace?: number
}

/**
 * A period counts for at most twice the mean sale, since a single wholesale order would otherwise make a weekday. A place is compared
 * to the periods that could be observed: were Mondays out of stock more often, they would otherwise seem to sell less.
 */
export function addToTally(
  { sold, even }: SeasonTally,
  y: Float64Array,
  { season, seasonsMax, per, nextPlace = 0 }: TallyOptions
): void {
  const mean = meanSale(y)
  if (mean === 0) return
  const unit = per === 'unit' ? 1 : mean
  const counts = new Float64Array(season)
  let [total, known] = [0, 0]
  const periods = season * Math.min(seasonsMax, Math.floor(y.length / season))
  for (let back = 1; back <= periods; back++) {
    const value = y[y.length - back] ?? NaN
    if (Number.isNaN(value)) continue
    const place = (season - (back % season) + nextPlace) % season
    counts[place] = (counts[place] ?? 0) + 1
    known++
    if (!(value > 0)) continue
    const counted = Math.min(2 * mean, value) / unit
    sold[place] = (sold[place] ?? 0) + counted
    total += counted
  }
  for (let place = 0; place < season; place++)
    even[place] = (even[place] ?? 0) + ((counts[place] ?? 0) * total) / Math.max(1, known)
}

/** How each place compares to the mean one, shrunk to `prior` as if `weight` had been sold by it; they sum to the season. */
export function profileOf(
  { sold, even }: SeasonTally,
  { prior, weight }: { prior?: Float64Array; weight: number }
): Float64Array {
  const season = sold.length
  const ratios = sold.map((sum, place) => {
    const before = prior?.[place] ?? 1
    const base = (even[place] ?? 0) + weight / season
    return base > 0 ? (sum + (weight / season) * before) / base : before
  })
  const total = ratios.reduce((sum, ratio) => sum + ratio, 0)
  return total > 0 ? ratios.map((ratio) => (season * ratio) / total) : ratios.fill(1)
}
