import type { Matrix } from './matrix.ts'

/**
 * The lower half of X'DX over the chosen items only, row by row in `block` with as many columns as items: D is diagonal with
 * `unitScale`. Found by walking the chosen items' units, each unit holding a linked list of the chosen items seen so
 * far: time is the number of pairs that units make within the block, and no co-occurrence matrix need be held.
 */
export function createBlockReader({ byItem, unitCount }: Matrix, unitScale: Float64Array) {
  /** Of each unit, the entry last added, 1 up; 0 where there is none. */
  const heads = new Uint32Array(unitCount)
  let previous = new Uint32Array(0)
  let places = new Uint32Array(0)
  let values = new Float64Array(0)

  const grow = (items: Uint32Array): void => {
    let count = 0
    for (const item of items) count += (byItem.offsets[item + 1] ?? 0) - (byItem.offsets[item] ?? 0)
    if (count < previous.length) return
    previous = new Uint32Array(2 * count + 1)
    places = new Uint32Array(2 * count + 1)
    values = new Float64Array(2 * count + 1)
  }

  /** Adds one item to the block; returns the number of entries so far. */
  const addItem = (item: number, place: number, block: Float64Array, start: number, from: number): number => {
    let entry = from
    const end = byItem.offsets[item + 1] ?? 0
    for (let at = byItem.offsets[item] ?? 0; at < end; at++) {
      const unit = byItem.indexes[at] ?? 0
      const value = byItem.values[at] ?? 0
      entry++
      previous[entry] = heads[unit] ?? 0
      places[entry] = place
      values[entry] = value
      heads[unit] = entry
      const scaled = value * (unitScale[unit] ?? 0)
      for (let other = entry; other !== 0; other = previous[other] ?? 0) {
        const to = start + (places[other] ?? 0)
        block[to] = (block[to] ?? 0) + scaled * (values[other] ?? 0)
      }
    }
    return entry
  }

  return (items: Uint32Array, block: Float64Array): void => {
    const size = items.length
    block.fill(0, 0, size * size)
    grow(items)
    let entries = 0
    for (let place = 0; place < size; place++)
      entries = addItem(items[place] ?? 0, place, block, place * size, entries)
    for (const item of items) {
      const end = byItem.offsets[item + 1] ?? 0
      for (let at = byItem.offsets[item] ?? 0; at < end; at++) heads[byItem.indexes[at] ?? 0] = 0
    }
  }
}
