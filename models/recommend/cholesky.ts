import { sumTile, TILE_COLUMNS as COLUMNS, TILE_ROWS as ROWS } from './tile.ts'

/**
 * Cholesky's factor of a symmetric positive definite matrix of size n, in place (A = L L'): row by row in `matrix`, of
 * which only the lower half counts. False: it is not positive definite. n^3 / 6 multiplications.
 */
export function factorise(matrix: Float64Array, n: number): boolean {
  for (let row = 0; row < n; row += ROWS) {
    const rows = Math.min(ROWS, n - row)
    for (let column = 0; column < row + rows; column += COLUMNS) {
      const columns = Math.min(COLUMNS, n - column)
      if (rows === ROWS && columns === COLUMNS) subtractTile(matrix, n, row, column)
      else subtractEdge(matrix, n, { row, rows, column, columns })
      if (!finishTile(matrix, n, { row, rows, column, columns })) return false
    }
  }
  return true
}

type Tile = { row: number; rows: number; column: number; columns: number }

/** a_ij -= sum_k<column L_ik L_jk for the tile's eight entries. */
function subtractTile(a: Float64Array, n: number, row: number, column: number): void {
  const rows = { values: a, from: row * n, stride: n }
  sumTile(rows, { values: a, from: column * n, stride: n }, column, sums)
  for (let at = 0; at < sums.length; at++) {
    const to = (row + (at >> 1)) * n + column + (at & 1)
    a[to] = (a[to] ?? 0) - (sums[at] ?? 0)
  }
}

/** Working memory of one call. */
const sums = new Float64Array(ROWS * COLUMNS)

/** The same where fewer rows or columns are left. */
function subtractEdge(a: Float64Array, n: number, { row, rows, column, columns }: Tile): void {
  for (let i = row; i < row + rows; i++) {
    for (let j = column; j < column + columns; j++) {
      let sum = 0
      for (let k = 0; k < column; k++) sum += (a[i * n + k] ?? 0) * (a[j * n + k] ?? 0)
      a[i * n + j] = (a[i * n + j] ?? 0) - sum
    }
  }
}

/** What is left of the tile's sums lies within the tile; above the diagonal nothing is ever read. */
function finishTile(a: Float64Array, n: number, { row, rows, column, columns }: Tile): boolean {
  for (let i = row; i < row + rows; i++) {
    for (let j = column; j < Math.min(column + columns, i + 1); j++) {
      let value = a[i * n + j] ?? 0
      for (let k = column; k < j; k++) value -= (a[i * n + k] ?? 0) * (a[j * n + k] ?? 0)
      if (i === j) {
        if (!(value > 0)) return false
        a[i * n + i] = Math.sqrt(value)
      } else {
        a[i * n + j] = value / (a[j * n + j] ?? 1)
      }
    }
  }
  return true
}

/** Solves L L' x = b in place of b. */
export function solveFactorised(factor: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let value = b[i] ?? 0
    for (let k = 0; k < i; k++) value -= (factor[i * n + k] ?? 0) * (b[k] ?? 0)
    b[i] = value / (factor[i * n + i] ?? 1)
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = (b[i] ?? 0) / (factor[i * n + i] ?? 1)
    b[i] = value
    for (let k = 0; k < i; k++) b[k] = (b[k] ?? 0) - (factor[i * n + k] ?? 0) * value
  }
}

/**
 * The lower half of the inverse of L L', in place of L: first L's inverse M, row by row, then M'M. Each row is a sum of rows
 * times numbers, four of them at a time. n^3 / 3 multiplications.
 */
export function invertFactorised(matrix: Float64Array, n: number): void {
  const factors = new Float64Array(n)
  const sum = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const pivot = matrix[i * n + i] ?? 1
    for (let k = 0; k < i; k++) factors[k] = -(matrix[i * n + k] ?? 0) / pivot
    sum.fill(0, 0, i)
    addRows(matrix, n, { factors, from: 0, to: i, sum, width: i })
    sum[i] = 1 / pivot
    matrix.set(sum.subarray(0, i + 1), i * n)
  }
  for (let i = 0; i < n; i++) {
    for (let k = i; k < n; k++) factors[k] = matrix[k * n + i] ?? 0
    sum.fill(0, 0, i + 1)
    addRows(matrix, n, { factors, from: i, to: n, sum, width: i + 1 })
    matrix.set(sum.subarray(0, i + 1), i * n)
  }
}

type RowSum = { factors: Float64Array; from: number; to: number; sum: Float64Array; width: number }

/** sum_j += factor_k matrix_kj for the rows k of a lower triangle: what lies above its diagonal counts as 0. */
function addRows(matrix: Float64Array, n: number, { factors, from, to, sum, width }: RowSum): void {
  let k = from
  for (; k + 4 <= to; k += 4) {
    const [f0 = 0, f1 = 0, f2 = 0, f3 = 0] = factors.subarray(k, k + 4)
    const start = k * n
    const full = Math.min(width, k + 1)
    for (let j = 0; j < full; j++) {
      const at = start + j
      sum[j] =
        (sum[j] ?? 0) +
        f0 * (matrix[at] ?? 0) +
        f1 * (matrix[at + n] ?? 0) +
        f2 * (matrix[at + 2 * n] ?? 0) +
        f3 * (matrix[at + 3 * n] ?? 0)
    }
    for (let row = k + 1; row < k + 4; row++)
      addRow(matrix, row * n, factors[row] ?? 0, sum, full, Math.min(width, row + 1))
  }
  for (; k < to; k++) addRow(matrix, k * n, factors[k] ?? 0, sum, 0, Math.min(width, k + 1))
}

function addRow(
  matrix: Float64Array,
  start: number,
  factor: number,
  sum: Float64Array,
  from: number,
  to: number
): void {
  for (let j = from; j < to; j++) sum[j] = (sum[j] ?? 0) + factor * (matrix[start + j] ?? 0)
}
