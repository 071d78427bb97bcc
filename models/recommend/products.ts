/** Rows of numbers end to end, each of `length`. */
export type Vectors = { values: Float64Array; count: number }
export type ProductOptions = {
  length: number
  /** Only columns up to the row's own number are needed. */
  lowerOnly?: boolean
}

const ROWS = 4
const COLUMNS = 2

/**
 * C_ij = a_i'b_j of all rows of one matrix with all rows of another, `into` holding `b.count` columns a row. Tiles of 4 rows by
 * 2 columns: eight sums stay in registers while six numbers are loaded; what is left over is done four rows at a time.
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
  const r0 = row * length
  const r1 = r0 + length
  const r2 = r1 + length
  const r3 = r2 + length
  const c0 = column * length
  const c1 = c0 + length
  let s00 = 0
  let s01 = 0
  let s10 = 0
  let s11 = 0
  let s20 = 0
  let s21 = 0
  let s30 = 0
  let s31 = 0
  for (let k = 0; k < length; k++) {
    const left = b[c0 + k] ?? 0
    const right = b[c1 + k] ?? 0
    const first = a[r0 + k] ?? 0
    s00 += first * left
    s01 += first * right
    const second = a[r1 + k] ?? 0
    s10 += second * left
    s11 += second * right
    const third = a[r2 + k] ?? 0
    s20 += third * left
    s21 += third * right
    const fourth = a[r3 + k] ?? 0
    s30 += fourth * left
    s31 += fourth * right
  }
  let at = row * columns + column
  into[at] = s00
  into[at + 1] = s01
  at += columns
  into[at] = s10
  into[at + 1] = s11
  at += columns
  into[at] = s20
  into[at + 1] = s21
  at += columns
  into[at] = s30
  into[at + 1] = s31
}

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
