import { RECENT_ITEMS_MAX } from '../contracts/served.ts'
import type { BuyAgainSettings } from './buy-again.ts'
import type { CoOccurrenceOptions } from './co-occurrence.ts'
import type { LiftOptions } from './lift.ts'

export type RecommendSettings = {
  /** Units are baskets. */
  coOccurrence: Omit<CoOccurrenceOptions, 'nowMs'>
  contentNeighboursMax: number
  /** Of what neighbours recommend: whether it sells faster than usual now. */
  lift: LiftOptions
  /** Of the list that guests get, and that fills up where neighbours end. */
  popularityHalfLifeDays: number
  popularItemsMax: number
  historyHalfLifeDays: number
  /** So many of a visitor's latest items speak: what a profile keeps. */
  historyItemsMax: number
  /** Of `blend`. Popularity weighs little but never nothing: without a history it is all there is. */
  boughtTogetherWeight: number
  contentWeight: number
  /** Content weighs half where the works of a history have so many neighbours in `bought_together`, on average. */
  contentFadesAt: number
  popularityWeight: number
  buyAgain: BuyAgainSettings
}

/**
 * What `npm run bench holdout` chooses on Online Retail's days from 10 October to 9 November 2011, fitted on what precedes
 * them: recall@20 of new works .105 there, against .064 for the best decayed popularity. On the 30 days after, which chose
 * nothing: .129, 95 % interval .118 to .140 (1,274 customers), against .083 for the popularity that was best on those very
 * days. The search is flat around its best: neighbouring settings are within .002, so that one product more or less in the
 * catalogue can change what is chosen. On those validation days, everything else nearly alike: customers as units .100; best
 * sources per target .104; 50, 100 and 500 neighbours .096, .102 and .105; without content .102; the latest 5, 20 and 200
 * works of a history .081, .099 and .106.
 */
export const recommendSettings: RecommendSettings = {
  coOccurrence: {
    halfLifeDays: 21,
    unitExponent: 0.75,
    sourceExponent: 0.6,
    targetExponent: 0.5,
    neighboursMax: 200,
    keep: 'targets per source'
  },
  contentNeighboursMax: 100,
  lift: { recentHalfLifeDays: 14, usualHalfLifeDays: 90, prior: 0.3, exponent: 0.5 },
  popularityHalfLifeDays: 4,
  popularItemsMax: 500,
  historyHalfLifeDays: 180,
  historyItemsMax: RECENT_ITEMS_MAX,
  boughtTogetherWeight: 1,
  contentWeight: 0.7,
  contentFadesAt: 200,
  popularityWeight: 0.05,
  buyAgain: {
    halfLifeDays: 365,
    priorBuyers: 80,
    lift: { recentHalfLifeDays: 7, usualHalfLifeDays: 90, prior: 1, exponent: 1 }
  }
}
