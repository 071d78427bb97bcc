export const TILE_ROWS = 4
export const TILE_COLUMNS = 2

/** Where the rows of a tile begin, and how far apart they are. */
export type TileRows = { values: Float64Array; from: number; stride: number }

/**
 * sums_ij = sum_{k < length} a_ik b_jk for 4 rows of a and 2 of b, the pairs of one row of a together. Eight sums stay in registers
 * while six numbers are loaded, which is what products of long rows cost most.
 */
export function sumTile(
  { values: a, from: r0, stride: aStride }: TileRows,
  { values: b, from: c0, stride: bStride }: TileRows,
  length: number,
  sums: Float64Array
): void {
  const r1 = r0 + aStride
  const r2 = r1 + aStride
  const r3 = r2 + aStride
  const c1 = c0 + bStride
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
  sums[0] = s00
  sums[1] = s01
  sums[2] = s10
  sums[3] = s11
  sums[4] = s20
  sums[5] = s21
  sums[6] = s30
  sums[7] = s31
}
