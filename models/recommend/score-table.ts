import type { ScoredIndexes } from '../contracts/served.ts'

/**
 * Sums of scores by item, for a request: an open-addressing hash table with linear probing, at most half full, so that
 * memory follows the lists of the request and not the size of the catalogue.
 */
export type ScoreTable = {
  slots: Int32Array
  mask: number
  items: Uint32Array
  scores: Float64Array
  length: number
}

/** Room for `itemsMax` different items. */
export function createScoreTable(itemsMax: number): ScoreTable {
  const slotCount = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * itemsMax)))
  return {
    slots: new Int32Array(slotCount),
    mask: slotCount - 1,
    items: new Uint32Array(itemsMax),
    scores: new Float64Array(itemsMax),
    length: 0
  }
}

/** Adds weight times score of each entry; entries of 0 or less say nothing. */
export function addList(table: ScoreTable, list: ScoredIndexes | undefined, weight: number): void {
  if (!list || !(weight > 0)) return
  for (let at = 0; at < list.indexes.length; at++) {
    const score = weight * (list.scores[at] ?? 0)
    if (score > 0) addScore(table, list.indexes[at] ?? 0, score)
  }
}

export function addScore(table: ScoreTable, item: number, score: number): void {
  const { slots, items, scores } = table
  const slot = slotOf(table, item)
  const place = (slots[slot] ?? 0) - 1
  if (place >= 0) {
    scores[place] = (scores[place] ?? 0) + score
    return
  }
  items[table.length] = item
  scores[table.length] = score
  table.length++
  slots[slot] = table.length
}

/** Where the item is in `items` and `scores`; -1 when it is not. */
export function placeOf(table: ScoreTable, item: number): number {
  return (table.slots[slotOf(table, item)] ?? 0) - 1
}

/** The slot of the item, or the empty one where it would go. Multiplicative hashing (Knuth, TAOCP 3, 6.4). */
function slotOf({ slots, mask, items }: ScoreTable, item: number): number {
  let slot = (Math.imul(item, 0x9e3779b1) >>> 7) & mask
  for (;;) {
    const place = (slots[slot] ?? 0) - 1
    if (place < 0 || items[place] === item) return slot
    slot = (slot + 1) & mask
  }
}
