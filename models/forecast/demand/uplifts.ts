import { shrunk, tallyOf, type Tally } from './tallies.ts'

/** How many times an ordinary day's demand comes with an offer; 1 with none. */
export type Uplifts = {
  of: (category: string | undefined, discount: number | undefined) => number
  learnt: LearntUplift[]
}

/** `category` is undefined for the whole shop; discounts from `from` up to, and without, `to`. `sales`: ordinary ones expected. */
export type LearntUplift = {
  category: string | undefined
  from: number
  to: number
  uplift: number
  sales: number
}

/** Where discounts begin to be of another kind. */
const BANDS = [0, 0.1, 0.2, 0.35, 0.5, 1]
/** Sales that must be expected for what was seen to count as much as what was thought before. */
const SHOP_SALES = 10
const CATEGORY_SALES = 30
const UPLIFT_MIN = 0.5
const UPLIFT_MAX = 10

export type OfferTallies = { shop: Map<number, Tally>; categories: Map<string, Map<number, Tally>> }
export const emptyOfferTallies = (): OfferTallies => ({ shop: new Map(), categories: new Map() })

export function bandOf(discount: number): number {
  const above = BANDS.findIndex((edge) => edge > discount)
  return above < 0 ? BANDS.length - 2 : above - 1
}

export function addOfferDay(
  { shop, categories }: OfferTallies,
  { category, discount, day }: { category: string | undefined; discount: number; day: Tally }
): void {
  const band = bandOf(discount)
  const own = category === undefined ? undefined : (categories.get(category) ?? new Map<number, Tally>())
  if (category !== undefined && own) categories.set(category, own)
  for (const tallies of own ? [shop, own] : [shop]) {
    const tally = tallyOf(tallies, band)
    tally.sold += day.sold
    tally.expected += day.expected
  }
}

/**
 * A band in a category is shrunk to that band in the shop, a band to all offers of the shop, and those to no effect at all: an offer of a
 * kind that was never made is expected to do what offers did. What buyers bring forward from the weeks after
 * is not taken out: nobody measured yet whether a shop's offers are enough to tell it from chance.
 */
export function learnUplifts({ shop, categories }: OfferTallies): Uplifts {
  const all = { sold: 0, expected: 0 }
  for (const { sold, expected } of shop.values()) {
    all.sold += sold
    all.expected += expected
  }
  const anyOffer = bounded(shrunk(all, { prior: 1, sales: SHOP_SALES }))
  const byBand = new Map(
    [...shop].map(([band, tally]) => [band, bounded(shrunk(tally, { prior: anyOffer, sales: SHOP_SALES }))])
  )
  const bandUplift = (band: number) => byBand.get(band) ?? anyOffer
  const byCategory = new Map(
    [...categories].map(([category, tallies]) => [
      category,
      new Map(
        [...tallies].map(([band, tally]) => [
          band,
          bounded(shrunk(tally, { prior: bandUplift(band), sales: CATEGORY_SALES }))
        ])
      )
    ])
  )
  const upliftOf = (category: string | undefined, band: number) =>
    (category === undefined ? undefined : byCategory.get(category)?.get(band)) ?? bandUplift(band)
  const rowsOf = (category: string | undefined, tallies: Map<number, Tally>): LearntUplift[] =>
    [...tallies]
      .toSorted(([a], [b]) => a - b)
      .map(([band, { expected }]) => ({
        category,
        from: BANDS[band] ?? 0,
        to: BANDS[band + 1] ?? 1,
        uplift: upliftOf(category, band),
        sales: expected
      }))
  return {
    of: (category, discount) => (discount === undefined ? 1 : upliftOf(category, bandOf(discount))),
    learnt: [
      ...rowsOf(undefined, shop),
      ...[...categories].flatMap(([category, tallies]) => rowsOf(category, tallies))
    ]
  }
}

const bounded = (uplift: number) => Math.min(UPLIFT_MAX, Math.max(UPLIFT_MIN, uplift))
