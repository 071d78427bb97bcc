import type { CoOccurrenceOptions } from './co-occurrence.ts'

export type RecommendSettings = {
  /** Units are baskets. */
  coOccurrence: Omit<CoOccurrenceOptions, 'nowMs'>
  historyHalfLifeDays: number
  /** At most this many latest items of a visitor speak; RECENT_ITEMS_MAX is what a profile keeps. */
  historyItemsMax: number
  popularityHalfLifeDays: number
  popularItemsMax: number
  contentNeighboursMax: number
  /** Weights of `blend`. */
  boughtTogetherWeight: number
  contentWeight: number
  popularityWeight: number
}

export const recommendSettings: RecommendSettings = {
  coOccurrence: {
    halfLifeDays: 14,
    unitExponent: 1,
    sourceExponent: 0.4,
    targetExponent: 0.4,
    neighboursMax: 200,
    keep: 'targets per source'
  },
  historyHalfLifeDays: 180,
  historyItemsMax: 50,
  popularityHalfLifeDays: 5,
  popularItemsMax: 500,
  contentNeighboursMax: 100,
  boughtTogetherWeight: 1,
  contentWeight: 0.1,
  popularityWeight: 0.1
}
