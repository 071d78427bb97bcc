import { RECENT_ITEMS_MAX } from '../contracts/served.ts'
import type { CoOccurrenceOptions } from './co-occurrence.ts'
import type { SessionSettings } from './session-neighbours.ts'

export type RecommendSettings = {
  /** Units are baskets. */
  coOccurrence: Omit<CoOccurrenceOptions, 'nowMs'>
  contentNeighboursMax: number
  /** Of the list that guests get, and that fills up where neighbours end. */
  popularityHalfLifeDays: number
  popularItemsMax: number
  historyHalfLifeDays: number
  /** So many of a visitor's latest items speak: what a profile keeps. */
  historyItemsMax: number
  /** Of `blend`. Popularity weighs little but never nothing: without a history it is all there is. */
  boughtTogetherWeight: number
  contentWeight: number
  popularityWeight: number
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
    sourceExponent: 0.4,
    targetExponent: 0.4,
    neighboursMax: 200,
    keep: 'targets per source'
  },
  contentNeighboursMax: 100,
  popularityHalfLifeDays: 4,
  popularItemsMax: 500,
  historyHalfLifeDays: 180,
  historyItemsMax: RECENT_ITEMS_MAX,
  boughtTogetherWeight: 1,
  contentWeight: 0.2,
  popularityWeight: 0.02
}

export type ServedSessionSettings = SessionSettings & {
  /** What is published: so many of the latest sessions of so many days, and of each so many works. */
  sessionsMax: number
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
  sessionDays: 30,
  sessionItemsMax: 30,
  candidatesMax: 200,
  sessionWeight: 1,
  sessionSupport: 10
}
