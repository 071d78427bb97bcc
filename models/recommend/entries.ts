import type { ScoredIndexes } from '../contracts/served.ts'

/** A list that a source gives, with its weight; `historyAt` names the item of the history that it belongs to. */
export type GivenList = { list: ScoredIndexes; weight: number; historyAt: number | undefined }

/** All entries of a request's lists, numbered by their item: what is summed by item needs no look-up any more. */
export type Entries = {
  /** Each item once, in the order of first mention; an item's number is its place here. */
  items: Uint32Array
  /** By entry, all lists end to end: the place of its item. */
  places: Uint32Array
  /** `from` is where the places of a list begin. Lists that weigh nothing are left out. */
  parts: (GivenList & { from: number })[][]
  /** The item's number; it must be one of the items. */
  placeOf: (item: number) => number
}

/** Gathers the entries of one request; they are good until the next call. */
export type Gather = (parts: readonly GivenList[][]) => Entries

/**
 * Numbers the items by an open-addressing hash table with linear probing, at most half full, so that memory follows the
 * lists of the largest request and not the size of the catalogue. The arrays are kept from call to call: clearing what
 * was used costs a tenth of what allocating does.
 */
export function createGather(): Gather {
  let slots = new Uint32Array(2)
  let items = new Uint32Array(0)
  let places = new Uint32Array(0)
  let length = 0

  /** The slot of the item, or the empty one where it would go. Numbers of works are dense: their low bits spread them. */
  const slotOf = (item: number): number => {
    const mask = slots.length - 1
    let slot = item & mask
    for (;;) {
      const number = slots[slot] ?? 0
      if (number === 0 || items[number - 1] === item) return slot
      slot = (slot + 1) & mask
    }
  }
  const placeOf = (item: number): number => (slots[slotOf(item)] ?? 0) - 1

  const empty = (count: number): void => {
    length = 0
    if (count <= items.length) {
      slots.fill(0)
      return
    }
    slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * count)))
    items = new Uint32Array(count)
    places = new Uint32Array(count)
  }

  const addList = ({ indexes }: ScoredIndexes, from: number): void => {
    for (let at = 0; at < indexes.length; at++) {
      const item = indexes[at] ?? 0
      const slot = slotOf(item)
      if (slots[slot] === 0) {
        items[length++] = item
        slots[slot] = length
      }
      places[from + at] = (slots[slot] ?? 0) - 1
    }
  }

  return (parts) => {
    let count = 0
    const placed = parts.map((lists) => {
      const kept: (GivenList & { from: number })[] = []
      for (const { list, weight, historyAt } of lists) {
        if (!(weight > 0)) continue
        kept.push({ list, weight, historyAt, from: count })
        count += list.indexes.length
      }
      return kept
    })
    empty(count)
    for (const lists of placed) for (const { list, from } of lists) addList(list, from)
    return { items: items.subarray(0, length), places, parts: placed, placeOf }
  }
}
