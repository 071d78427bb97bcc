import type { ScoredIndexes } from '../contracts/served.ts'

/** No catalogue is larger; the table of one so large takes 128 MB. */
const ITEMS_MAX = 2 ** 24

/** A list that a source gives, with its weight; `historyAt` names the item of the history that it belongs to. */
export type GivenList = { list: ScoredIndexes; weight: number; historyAt: number | undefined }

/** All entries of a request's lists, numbered by their item, and what each part gives each item. */
export type Entries = {
  /** Each item once, in the order of first mention; an item's number is its place here. */
  items: Uint32Array
  /** By entry, all lists end to end: the place of its item. */
  places: Uint32Array
  /** `from` is where the places of a list begin. Lists that weigh nothing are left out. */
  parts: { lists: (GivenList & { from: number })[]; sums: Float64Array }[]
  /** The item's number; it must be one of the items. */
  placeOf: (item: number) => number
}

/** Gathers the entries of one request; they are good until the next call. */
export type Gather = (parts: readonly GivenList[][]) => Entries

/**
 * Numbers the items through a table of 4 bytes for every item up to the largest one seen, kept from call to call: works are
 * numbered densely, and a hash table of the request's own items takes twice the time. What a request wrote there, the next
 * one clears.
 */
export function createGather(): Gather {
  const memory: Memory = {
    numbers: new Uint32Array(0),
    items: new Uint32Array(0),
    places: new Uint32Array(0)
  }
  const sumsOfParts: Float64Array[] = []
  let length = 0
  return (parts) => {
    for (let place = 0; place < length; place++) memory.numbers[memory.items[place] ?? 0] = 0
    length = 0
    const { placed, count } = placeLists(parts)
    if (count > memory.places.length) {
      // One more, since every entry writes its item where the next new one would go.
      memory.items = new Uint32Array(count + 1)
      memory.places = new Uint32Array(count)
    }
    const summed = placed.map((lists, part) => {
      const sums = zeros(sumsOfParts[part], count)
      sumsOfParts[part] = sums
      for (const list of lists) length = addList(list, sums, memory, length)
      return { lists, sums }
    })
    return {
      items: memory.items.subarray(0, length),
      places: memory.places,
      parts: summed.map(({ lists, sums }) => ({ lists, sums: sums.subarray(0, length) })),
      placeOf: (item) => (memory.numbers[item] ?? 0) - 1
    }
  }
}

type Memory = { numbers: Uint32Array; items: Uint32Array; places: Uint32Array }

function placeLists(parts: readonly GivenList[][]) {
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
  return { placed, count }
}

/** The array given, where it is long enough: clearing what is there costs a tenth of what a new one does. */
export function zeros(kept: Float64Array = new Float64Array(0), length: number): Float64Array {
  return kept.length < length ? new Float64Array(length) : kept.fill(0, 0, length)
}

/**
 * Numbers the items of a list and adds what it gives them; answers how many items there are now. No branch tells new items
 * from known ones: it would be guessed wrong too often.
 */
function addList(
  { list: { indexes, scores }, weight, from }: GivenList & { from: number },
  sums: Float64Array,
  memory: Memory,
  known: number
): number {
  const { items, places } = memory
  let { numbers } = memory
  let length = known
  for (let at = 0; at < indexes.length; at++) {
    const item = indexes[at] ?? 0
    if (item >= numbers.length) numbers = grow(memory, item)
    const number = numbers[item] ?? 0
    const isNew = Number(number === 0)
    items[length] = item
    length += isNew
    const place = number + isNew * length - 1
    numbers[item] = place + 1
    places[from + at] = place
    const score = scores[at] ?? 0
    sums[place] = (sums[place] ?? 0) + weight * (score > 0 ? score : 0)
  }
  return length
}

function grow(memory: Memory, item: number): Uint32Array {
  if (item >= ITEMS_MAX) throw new Error(`${item} is too large for the number of an item`)
  const grown = new Uint32Array(2 * (item + 1))
  grown.set(memory.numbers)
  memory.numbers = grown
  return grown
}
