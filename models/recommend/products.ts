import { sumTile, TILE_COLUMNS as COLUMNS, TILE_ROWS as ROWS } from './tile.ts'

/** Rows of numbers end to end, each of `length`. */
export type Vectors = { values: Float64Array; count: number }
export type ProductOptions = {
  length: number
  /** Only columns up to the row's own number are needed. */
  lowerOnly?: boolean
}

/**
 * C_ij = a_i'b_j of all rows of one matrix with all rows of another, `into` holding `b.count` columns a row: in tiles, and what
 * is left over four rows at a time.
 */
export function multiplyRows(a: Vectors, b: Vectors, into: Float64Array, options: ProductOptions): void {
  const { length, lowerOnly = false } = options
  for (let row = 0; row < a.count; row += ROWS) {
    const columns = lowerOnly ? Math.min(b.count, row + ROWS) : b.count
    if (row + ROWS > a.count) {
      for (let i = row; i < a.count; i++) {
        for (let j = 0; j < Math.min(b.count, columns); j++)
          into[i * b.count + j] = dot(a.values, i * length, b.values, j * length, length)
      }
      return
    }
    let column = 0
    for (; column + COLUMNS <= columns; column += COLUMNS)
      multiplyTile(a.values, b.values, into, { row, column, length, columns: b.count })
    for (; column < columns; column++)
      multiplyColumn(a.values, b.values, into, { row, column, length, columns: b.count })
  }
}

type Tile = { row: number; column: number; length: number; columns: number }

function multiplyTile(
  a: Float64Array,
  b: Float64Array,
  into: Float64Array,
  { row, column, length, columns }: Tile
): void {
  const rows = { values: a, from: row * length, stride: length }
  sumTile(rows, { values: b, from: column * length, stride: length }, length, sums)
  for (let at = 0; at < sums.length; at++)
    into[(row + (at >> 1)) * columns + column + (at & 1)] = sums[at] ?? 0
}

/** Working memory of one call. */
const sums = new Float64Array(ROWS * COLUMNS)

function multiplyColumn(
  a: Float64Array,
  b: Float64Array,
  into: Float64Array,
  { row, column, length, columns }: Tile
): void {
  const r0 = row * length
  const r1 = r0 + length
  const r2 = r1 + length
  const r3 = r2 + length
  const c0 = column * length
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let k = 0; k < length; k++) {
    const value = b[c0 + k] ?? 0
    s0 += (a[r0 + k] ?? 0) * value
    s1 += (a[r1 + k] ?? 0) * value
    s2 += (a[r2 + k] ?? 0) * value
    s3 += (a[r3 + k] ?? 0) * value
  }
  let at = row * columns + column
  into[at] = s0
  into[(at += columns)] = s1
  into[(at += columns)] = s2
  into[at + columns] = s3
}

/** Four sums at once: a single one would wait for each addition before the next. */
export function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number
): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let k = 0
  for (; k + 4 <= length; k += 4) {
    s0 += (a[aStart + k] ?? 0) * (b[bStart + k] ?? 0)
    s1 += (a[aStart + k + 1] ?? 0) * (b[bStart + k + 1] ?? 0)
    s2 += (a[aStart + k + 2] ?? 0) * (b[bStart + k + 2] ?? 0)
    s3 += (a[aStart + k + 3] ?? 0) * (b[bStart + k + 3] ?? 0)
  }
  for (; k < length; k++) s0 += (a[aStart + k] ?? 0) * (b[bStart + k] ?? 0)
  return s0 + s1 + (s2 + s3)
}
