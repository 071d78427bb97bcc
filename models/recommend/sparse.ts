import { sharedFloat32, sharedUint32 } from './shared.ts'

/** A sparse matrix by rows (CSR): the entries of row `r` lie from `offsets[r]` up to `offsets[r + 1]`, by index. */
export type Rows = { offsets: Uint32Array; indexes: Uint32Array; values: Float32Array }

/** The same matrix by its columns: a counting sort, so each new row is in the order of the old ones. */
export function transposeRows({ offsets, indexes, values }: Rows, columnCount: number): Rows {
  const transposed: Rows = {
    offsets: sharedUint32(columnCount + 1),
    indexes: sharedUint32(indexes.length),
    values: sharedFloat32(indexes.length)
  }
  const next = startsOf(indexes, columnCount, transposed.offsets)
  for (let row = 0; row + 1 < offsets.length; row++) {
    const end = offsets[row + 1] ?? 0
    for (let at = offsets[row] ?? 0; at < end; at++) {
      const column = indexes[at] ?? 0
      const to = next[column] ?? 0
      next[column] = to + 1
      transposed.indexes[to] = row
      transposed.values[to] = values[at] ?? 0
    }
  }
  return transposed
}

/** Counting sort of the given places by their keys; those of one key stay in the order given. */
export function groupByKey(
  keys: Uint32Array,
  keyCount: number,
  given?: Uint32Array
): { offsets: Uint32Array; places: Uint32Array } {
  const offsets = new Uint32Array(keyCount + 1)
  const next = startsOf(keys, keyCount, offsets)
  const places = new Uint32Array(keys.length)
  for (let at = 0; at < keys.length; at++) {
    const place = given ? (given[at] ?? 0) : at
    const key = keys[place] ?? 0
    const to = next[key] ?? 0
    places[to] = place
    next[key] = to + 1
  }
  return { offsets, places }
}

/** `values ** -exponent`; 0 where there is nothing, so that nothing is ever divided by it. */
export function inversePowers(values: Float64Array, exponent: number): Float64Array {
  return values.map((value) => (value > 0 ? value ** -exponent : 0))
}

/** Fills in where each key begins and returns a copy to count on from. */
function startsOf(keys: Uint32Array, keyCount: number, offsets: Uint32Array): Uint32Array {
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? 0
    offsets[key + 1] = (offsets[key + 1] ?? 0) + 1
  }
  for (let key = 0; key < keyCount; key++) offsets[key + 1] = (offsets[key + 1] ?? 0) + (offsets[key] ?? 0)
  return offsets.slice()
}
