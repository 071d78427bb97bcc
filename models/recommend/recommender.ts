/**
 * What every recommender is fitted to: parallel columns, one entry a purchase (or view) of an item by a unit. A unit is
 * whatever co-occurrence counts: a customer, or a basket. Items are indexes into the caller's own list.
 */
export type Interactions = {
  unitCount: number
  itemCount: number
  units: Uint32Array
  items: Uint32Array
  weights: Float32Array
  occurredAtMs: Float64Array
}

/** What a visitor did, each item once; `weighHistory` makes the weights from times. */
export type History = { items: Uint32Array; weights: Float32Array }

/** One score an item, higher is better; 0 where the model has nothing to say. */
export type Model = {
  score(history: History): Float32Array
  /**
   * What each item of the history gave to the score of one item, in the order of the history; together they are the score.
   * Models have it that can say so exactly and for little.
   */
  contributions?(history: History, item: number): Float64Array
}

/** Each recommender passes `test/models/recommend.test.ts`. `nowMs` is the clock: nothing after it may be given. */
export type Recommender = (interactions: Interactions, options: { nowMs: number }) => Model

export const DAY_MS = 86_400_000

/** Weight of something that happened at `occurredAtMs`: halves every `halfLifeDays`; Infinity means that age is ignored. */
export function decayed(occurredAtMs: number, { nowMs, halfLifeDays }: Decay): number {
  return 2 ** (-Math.max(0, nowMs - occurredAtMs) / (DAY_MS * halfLifeDays))
}
export type Decay = { nowMs: number; halfLifeDays: number }
