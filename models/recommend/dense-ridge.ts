import { factorise, invertFactorised } from './cholesky.ts'
import { matrixOf, type Matrix } from './matrix.ts'
import type { History, Recommender } from './recommender.ts'
import { penaltiesOf, type RidgePenalty } from './ridge-penalty.ts'
import { inversePowers } from './sparse.ts'

export type DenseRidgeOptions = RidgePenalty & { unitExponent: number; targetExponent: number }

/** Weights of items on items: `values[source * itemCount + target]`. */
export type DenseWeights = { itemCount: number; values: Float32Array }

/** Above this the inverse costs more than a minute and 12 bytes times items squared: the sparse ridge is for that. */
export const DENSE_ITEMS_MAX = 5_000

/**
 * EASE (Steck 2019) with the degree corrections of the sparse ridge, whose limit it is: B_ij = -P_ij / P_jj n_j^-t with
 * P = (A' diag(n_u^-a) A + ridge m^-a diag(n_i^d))^-1. For catalogues of some thousand items, or the head of a larger one.
 */
export function fitDenseRidge(matrix: Matrix, options: DenseRidgeOptions): DenseWeights {
  const { itemCount } = matrix
  if (itemCount > DENSE_ITEMS_MAX) throw new Error(`a dense ridge of more than ${DENSE_ITEMS_MAX} items`)
  const square = gramOf(matrix, inversePowers(matrix.unitSizes, options.unitExponent))
  penaltiesOf(matrix, options, options.unitExponent).forEach((penalty, item) => {
    const at = item * (itemCount + 1)
    // An item that nobody has is kept apart by any number: its row is 0 but for this.
    square[at] = (square[at] ?? 0) + (penalty > 0 ? penalty : 1)
  })
  if (!factorise(square, itemCount)) throw new Error('a matrix with a ridge is not positive definite')
  invertFactorised(square, itemCount)
  const scale = inversePowers(matrix.itemDegrees, options.targetExponent)
  const columns = scale.map((value, item) => -value / (square[item * (itemCount + 1)] ?? 1))
  const values = new Float32Array(itemCount * itemCount)
  for (let i = 0; i < itemCount; i++) {
    for (let j = 0; j < i; j++) {
      const value = square[i * itemCount + j] ?? 0
      values[i * itemCount + j] = value * (columns[j] ?? 0)
      values[j * itemCount + i] = value * (columns[i] ?? 0)
    }
  }
  return { itemCount, values }
}

export function scoreDense({ itemCount, values }: DenseWeights, history: History): Float32Array {
  const scores = new Float32Array(itemCount)
  history.items.forEach((item, at) => {
    const weight = history.weights[at] ?? 0
    const from = item * itemCount
    for (let j = 0; j < itemCount; j++) scores[j] = (scores[j] ?? 0) + weight * (values[from + j] ?? 0)
  })
  return scores
}

export function denseRidgeRecommender(options: DenseRidgeOptions): Recommender {
  return (interactions) => {
    const weights = fitDenseRidge(matrixOf(interactions), options)
    return {
      score: (history) => scoreDense(weights, history),
      contributions: (history, item) =>
        Float64Array.from(
          history.items,
          (source, at) =>
            (history.weights[at] ?? 0) * (weights.values[source * weights.itemCount + item] ?? 0)
        )
    }
  }
}

/** The lower half of A'DA: rows of units are in the order of their items. */
function gramOf({ byUnit, itemCount }: Matrix, unitScale: Float64Array): Float64Array {
  const { offsets, indexes, values } = byUnit
  const gram = new Float64Array(itemCount * itemCount)
  for (let unit = 0; unit < unitScale.length; unit++) {
    const [from, to] = [offsets[unit] ?? 0, offsets[unit + 1] ?? 0]
    for (let one = from; one < to; one++) {
      const row = (indexes[one] ?? 0) * itemCount
      const scaled = (values[one] ?? 0) * (unitScale[unit] ?? 0)
      for (let other = from; other <= one; other++) {
        const at = row + (indexes[other] ?? 0)
        gram[at] = (gram[at] ?? 0) + scaled * (values[other] ?? 0)
      }
    }
  }
  return gram
}
