import { combineLevels, type Combine } from './combine.ts'
import { errorAt, errorOf, type Past } from './past.ts'

export type Named = { name: string; combine: Combine }

/** Combinations that learn nothing. */
export function plainCombines(names: readonly string[]): Named[] {
  return [
    ...names.map((name, column): Named => ({ name, combine: { how: 'one', column } })),
    { name: 'median of all', combine: { how: 'median' } }
  ]
}

const BEST = 3

/** Combinations that learn from earlier origins, the same candidates for all series or each its own. */
export function fittedCombines(pasts: readonly Past[]): Named[] {
  const columns = pasts[0]?.levels.columns ?? 0
  if (columns === 0) return []
  const errors = Array.from({ length: columns }, (_, column) =>
    meanOf(pasts.map((past) => errorOf(past, combineLevels(past.levels, { how: 'one', column }))))
  )
  const order = errors.map((_, column) => column).toSorted((a, b) => (errors[a] ?? 0) - (errors[b] ?? 0))
  return [
    { name: `mean of the best ${BEST}`, combine: { how: 'mean', columns: order.slice(0, BEST) } },
    { name: 'each its own, shrunk', combine: { how: 'own', choices: ownChoices(pasts, errors) } },
    { name: 'weighted sum', combine: { how: 'weighted', weights: fitWeights(pasts) } }
  ]
}

const OWN_SHARE = 0.3

/** The candidate of the smallest .3 own error + .7 pooled error, each as a share of the mean over the candidates. */
function ownChoices(pasts: readonly Past[], pooled: readonly number[]): Int32Array {
  const rows = pasts[0]?.weights.length ?? 0
  const columns = pooled.length
  const pooledMean = meanOf(pooled)
  const choices = new Int32Array(rows)
  const own = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    own.fill(0)
    let total = 0
    for (const past of pasts) {
      if ((past.weights[row] ?? 0) === 0) continue
      for (let column = 0; column < columns; column++) {
        const error = errorAt(past, row, past.levels.values[row * columns + column] ?? NaN)
        own[column] = (own[column] ?? 0) + error
        total += error / columns
      }
    }
    let best = Infinity
    for (let column = 0; column < columns; column++) {
      const ownShare = total > 0 ? (own[column] ?? 0) / total : 1
      const score = OWN_SHARE * ownShare + (1 - OWN_SHARE) * ((pooled[column] ?? 0) / pooledMean)
      if (score >= best) continue
      best = score
      choices[row] = column
    }
  }
  return choices
}

/** Pull towards equal weights, as a share of what the data says of a candidate in the mean. */
const PULL = 0.1

/**
 * Least squares of what came on all candidates, in units of each series' own changes. Weights that lean on small errors would
 * be nearer to RMSSE, a mean of roots, but forecast a fifth too little (measured on car parts): a shop wants the mean.
 */
function fitWeights(pasts: readonly Past[]): number[] {
  const columns = pasts[0]?.levels.columns ?? 0
  const matrix = Array.from({ length: columns }, () => new Float64Array(columns))
  const right = new Float64Array(columns)
  for (const past of pasts) {
    for (let row = 0; row < past.weights.length; row++) {
      const weight = past.weights[row] ?? 0
      const x = past.levels.values.subarray(row * columns, (row + 1) * columns)
      if (weight === 0 || !x.every(Number.isFinite)) continue
      const [cross, profiles] = [weight * (past.cross[row] ?? 0), weight * (past.profiles[row] ?? 0)]
      for (let a = 0; a < columns; a++) {
        const value = x[a] ?? 0
        right[a] = (right[a] ?? 0) + cross * value
        const line = matrix[a]
        if (line) for (let b = 0; b < columns; b++) line[b] = (line[b] ?? 0) + profiles * value * (x[b] ?? 0)
      }
    }
  }
  let trace = 0
  for (let a = 0; a < columns; a++) trace += (matrix[a]?.[a] ?? 0) / columns
  const pull = PULL * trace + 1e-12
  for (let a = 0; a < columns; a++) {
    const line = matrix[a]
    if (line) line[a] = (line[a] ?? 0) + pull
    right[a] = (right[a] ?? 0) + pull / columns
  }
  return solve(matrix, right)
}

/** Gauss and Jordan; the pull keeps the pivots above 0. */
function solve(matrix: Float64Array[], right: Float64Array): number[] {
  const n = right.length
  for (let pivot = 0; pivot < n; pivot++) {
    const own = matrix[pivot] ?? new Float64Array(n)
    const scale = own[pivot] ?? 1
    for (let row = 0; row < n; row++) {
      const line = matrix[row]
      if (row === pivot || !line) continue
      const factor = (line[pivot] ?? 0) / scale
      if (factor === 0) continue
      for (let column = pivot; column < n; column++)
        line[column] = (line[column] ?? 0) - factor * (own[column] ?? 0)
      right[row] = (right[row] ?? 0) - factor * (right[pivot] ?? 0)
    }
  }
  return Array.from(right, (value, row) => value / (matrix[row]?.[row] ?? 1))
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
