import { RECENT_ITEMS_MAX } from '../contracts/served.ts'
import type { BuyAgainSettings } from './buy-again.ts'
import type { CoOccurrenceOptions } from './co-occurrence.ts'
import type { LiftOptions } from './lift.ts'
import type { SessionSettings } from './session-neighbours.ts'

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
 * them: recall@20 of new works .116 there, against .064 for the best decayed popularity. On the 30 days after, which chose
 * nothing: .138, 95 % interval .127 to .150 (1,274 customers), against .083 (.075 to .091) for the popularity that was best on
 * those very days, and .126 for the best list alone (the blend is 1.10 times that, 1.06 to 1.14 on the same customers).
 *
 * The search is flat around its best: other paths end within .003, and on the hidden days within .002. On those validation days,
 * everything else alike: without lift .101; without content .102, with content that does not fade .112; without popularity
 * .113; best sources per target .111; 50, 100 and 500 neighbours .107, .114 and .115; the latest 5, 20 and 200 works of a
 * history .090, .108 and .118. A sparse ridge in place of the co-occurrence .112 (lifted), beside it .116 at best: it is not
 * served. Nearly every work of this shop has all 200 neighbours, so what it fits is how much content weighs beside them,
 * and where that fades between none and 200 it cannot tell.
 *
 * Works to buy again (`buyAgain`), recall@20: .633 on the validation days and .631 (.614 to .649, 1,287 customers) after, against
 * .583 and .575 for purchases that decay with 90 days.
 */
export const recommendSettings: RecommendSettings = {
  coOccurrence: {
    halfLifeDays: 21,
    unitExponent: 1.25,
    sourceExponent: 0.4,
    targetExponent: 0.5,
    neighboursMax: 200,
    keep: 'targets per source'
  },
  contentNeighboursMax: 100,
  lift: { recentHalfLifeDays: 7, usualHalfLifeDays: 180, prior: 0.3, exponent: 0.5 },
  popularityHalfLifeDays: 4,
  popularItemsMax: 500,
  historyHalfLifeDays: 365,
  historyItemsMax: RECENT_ITEMS_MAX,
  boughtTogetherWeight: 1,
  contentWeight: 0.7,
  contentFadesAt: 400,
  popularityWeight: 0.1,
  buyAgain: {
    halfLifeDays: 365,
    priorBuyers: 80,
    lift: { recentHalfLifeDays: 7, usualHalfLifeDays: 90, prior: 1, exponent: 1 }
  }
}

export type ServedSessionSettings = SessionSettings & {
  /** What is published: so many of the latest sessions of so many days, of one visitor so many, and of each so many works. */
  sessionsMax: number
  visitorSessionsMax: number
  sessionDays: number
  sessionItemsMax: number
  /** So many of what comes next go into the blend. */
  candidatesMax: number
  /** What sessions weigh there: where `n` of them were heard, `sessionWeight n / (n + sessionSupport)`. */
  sessionWeight: number
  sessionSupport: number
}

/**
 * What `npm run bench sessions` chooses on the valid file of Serenade's example where only items count that the visitor has
 * not seen (its "new items only"): MRR@20 .316 there, .285 without distanceDecay. No data that we have holds sessions and
 * orders of one shop, so the last two are not fitted: many sessions say as much as orders do, a few strangers little.
 */
export const sessionSettings: ServedSessionSettings = {
  lastItemsMax: 6,
  recentSessionsMax: 500,
  neighboursMax: 100,
  itemDecay: 0.9,
  idfExponent: 2,
  distanceDecay: 0.4,
  returnWeight: 0,
  sessionsMax: 50_000,
  visitorSessionsMax: 20,
  sessionDays: 30,
  sessionItemsMax: 30,
  candidatesMax: 200,
  sessionWeight: 1,
  sessionSupport: 10
}
