import { sharedFloat32 } from './shared.ts'
import type { Rows } from './sparse.ts'

/** Both factors of a product X'Y that share a sparsity: `own` by item, `other` by unit. */
export type Factors = { own: Rows; other: Rows }

const TINY = 1e-300

/** One row of X'Y: which items it names, in the order of first mention, and the sums by item (0 elsewhere). */
export type GramRow = { touched: Uint32Array; sums: Float64Array }

/**
 * Rows of the weighted co-occurrence matrix, one at a time: row i holds sum_u X_ui Y_uj for every item j, i itself among
 * them. Nothing of items × items is ever held: memory is one row, time the sum over the item's units of their items. A row
 * is good until the next one is asked for; clearing it costs what filling it did.
 */
export function createGram({ own, other }: Factors, itemCount: number): (item: number) => GramRow {
  const onlyValue = onlyValues(other)
  const sums = new Float64Array(itemCount)
  // One more, since every entry writes its item where the next new one would go.
  const touched = new Uint32Array(itemCount + 1)
  let last: GramRow = { touched: touched.subarray(0, 0), sums }
  return (item) => {
    for (const index of last.touched) sums[index] = 0
    // Of this call alone: what a closure shares would be written to memory at every step.
    let count = 0
    const end = own.offsets[item + 1] ?? 0
    for (let at = own.offsets[item] ?? 0; at < end; at++) {
      const unit = own.indexes[at] ?? 0
      const weight = own.values[at] ?? 0
      if (weight === 0) continue
      const start = other.offsets[unit] ?? 0
      const stop = other.offsets[unit + 1] ?? 0
      const product = weight * (onlyValue[unit] ?? 0)
      if (product > 0) {
        for (let entry = start; entry < stop; entry++) {
          const to = other.indexes[entry] ?? 0
          const before = sums[to] ?? 0
          touched[count] = to
          count += Number(before === 0)
          sums[to] = before + product
        }
        continue
      }
      for (let entry = start; entry < stop; entry++) {
        const to = other.indexes[entry] ?? 0
        const before = sums[to] ?? 0
        touched[count] = to
        count += Number(before === 0)
        // Never exactly 0 again, so that no item is listed twice, even where a weight is 0.
        sums[to] = before + weight * (other.values[entry] ?? 0) + TINY
      }
    }
    last = { touched: touched.subarray(0, count), sums }
    return last
  }
}

/**
 * The value that all entries of a row have, or NaN: the items of a basket weigh the same in most kernels, and then the loop
 * need not read what each weighs, which saves a third of its time. That a new item is counted without a branch saves
 * as much: a branch that is taken one time in three is guessed wrong too often.
 */
function onlyValues({ offsets, values }: Rows): Float64Array {
  const only = new Float64Array(Math.max(0, offsets.length - 1))
  for (let row = 0; row < only.length; row++) {
    const first = offsets[row] ?? 0
    const end = offsets[row + 1] ?? 0
    const value = values[first] ?? NaN
    let at = first
    while (at < end && values[at] === value) at++
    only[row] = at === end ? value : NaN
  }
  return only
}

/** The same entries with other values; `weigh` is told the value, the unit and the item, whichever way the rows go. */
export function weighRows(
  rows: Rows,
  rowsAre: 'units' | 'items',
  weigh: (value: number, unit: number, item: number) => number
): Rows {
  const { offsets, indexes } = rows
  const values = sharedFloat32(indexes.length)
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let at = offsets[row] ?? 0; at < (offsets[row + 1] ?? 0); at++) {
      const column = indexes[at] ?? 0
      const value = rows.values[at] ?? 0
      values[at] = rowsAre === 'units' ? weigh(value, row, column) : weigh(value, column, row)
    }
  }
  return { offsets, indexes, values }
}
