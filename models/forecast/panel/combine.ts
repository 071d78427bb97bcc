import type { Levels } from './levels.ts'

/** How one level is made of the candidates'. */
export type Combine =
  | { how: 'one'; column: number }
  | { how: 'mean'; columns: number[] }
  | { how: 'median' }
  /** A sum with weights that were fitted to the panel. */
  | { how: 'weighted'; weights: number[] }
  /** Each series its own candidate: the one whose column is best in `choices`. */
  | { how: 'own'; choices: Int32Array }

/** One level a series, NaN where no candidate has one. */
export function combineLevels({ values, columns }: Levels, combine: Combine): Float64Array {
  const rows = values.length / columns
  const combined = new Float64Array(rows)
  const buffer = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * columns, (row + 1) * columns)
    combined[row] = combineRow(own, { combine, row, buffer })
  }
  return combined
}

type Row = { combine: Combine; row: number; buffer: Float64Array }

function combineRow(own: Float64Array, { combine, row, buffer }: Row): number {
  switch (combine.how) {
    case 'one':
      return orMedian(own[combine.column] ?? NaN, own, buffer)
    case 'own':
      return orMedian(own[combine.choices[row] ?? 0] ?? NaN, own, buffer)
    case 'mean': {
      let sum = 0
      for (const column of combine.columns) sum += (own[column] ?? NaN) / combine.columns.length
      return orMedian(sum, own, buffer)
    }
    case 'weighted': {
      let sum = 0
      for (let column = 0; column < own.length; column++)
        sum += (combine.weights[column] ?? 0) * (own[column] ?? NaN)
      return orMedian(Math.max(0, sum), own, buffer)
    }
    case 'median':
      return medianOf(own, buffer)
  }
}

/** A short series has no level by some candidates. */
const orMedian = (value: number, own: Float64Array, buffer: Float64Array) =>
  Number.isNaN(value) ? medianOf(own, buffer) : value

/** Of those that are numbers, by insertion into `buffer`. */
export function medianOf(values: ArrayLike<number>, buffer: Float64Array): number {
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN
    if (Number.isNaN(value)) continue
    let at = count++
    for (; at > 0 && (buffer[at - 1] ?? 0) > value; at--) buffer[at] = buffer[at - 1] ?? 0
    buffer[at] = value
  }
  if (count === 0) return NaN
  const half = count >> 1
  return count % 2 === 1 ? (buffer[half] ?? NaN) : ((buffer[half - 1] ?? NaN) + (buffer[half] ?? NaN)) / 2
}
