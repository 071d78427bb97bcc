import type { ScoredIndexes } from '../contracts/served.ts'

/** A list that a source gives, with its weight; `historyAt` names the item of the history that it belongs to. */
export type GivenList = { list: ScoredIndexes; weight: number; historyAt: number | undefined }

/** All entries of a request's lists, numbered by their item: what is summed by item needs no look-up any more. */
export type Entries = {
  /** By hash of the item: its number plus 1, or 0. */
  slots: Uint32Array
  /** Each item once, in the order of first mention; an item's number is its place here. */
  items: Uint32Array
  /** By entry, all lists end to end: the place of its item. */
  places: Uint32Array
  /** `from` is where the places of a list begin. Lists that weigh nothing are left out. */
  parts: (GivenList & { from: number })[][]
}

/**
 * Numbers the items by an open-addressing hash table with linear probing, at most half full, so that memory follows the
 * lists of the request and not the size of the catalogue.
 */
export function gatherEntries(parts: readonly GivenList[][]): Entries {
  let count = 0
  const placed = parts.map((lists) =>
    lists
      .filter(({ weight }) => weight > 0)
      .map((given) => {
        const from = count
        count += given.list.indexes.length
        return { ...given, from }
      })
  )
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, 2 * count))))
  const items = new Uint32Array(count)
  const places = new Uint32Array(count)
  let length = 0
  for (const { list, from } of placed.flat()) {
    const { indexes } = list
    for (let at = 0; at < indexes.length; at++) {
      const item = indexes[at] ?? 0
      const slot = slotOf(slots, items, item)
      if (slots[slot] === 0) {
        items[length++] = item
        slots[slot] = length
      }
      places[from + at] = (slots[slot] ?? 0) - 1
    }
  }
  return { slots, items: items.subarray(0, length), places, parts: placed }
}

/** The item's number; it must be one of the items. */
export function placeOf({ slots, items }: Entries, item: number): number {
  return (slots[slotOf(slots, items, item)] ?? 0) - 1
}

/** The slot of the item, or the empty one where it would go. Numbers of works are dense, so their low bits spread them. */
function slotOf(slots: Uint32Array, items: Uint32Array, item: number): number {
  const mask = slots.length - 1
  let slot = item & mask
  for (;;) {
    const number = slots[slot] ?? 0
    if (number === 0 || items[number - 1] === item) return slot
    slot = (slot + 1) & mask
  }
}
