import { mulberry32 } from '../chance.ts'
import { createFoldIn, createTakeApart, type FoldIn, type Confidence } from './fold-in.ts'
import { matrixOf, type Matrix } from './matrix.ts'
import type { History, Recommender } from './recommender.ts'
import { multiplyRows } from './products.ts'
import { inversePowers, type Rows } from './sparse.ts'

export type ImplicitAlsOptions = Confidence & {
  iterations: number
  /** An item's score is divided by n_j to this power: popular items have long vectors. */
  targetExponent: number
  seed: number
}
export type ImplicitAls = { factors: number; items: Float64Array; scale: Float64Array; fold: FoldIn }

/**
 * Alternating least squares for implicit feedback (Hu, Koren, Volinsky 2008): minimises the sum over all pairs of
 * c_ui (p_ui - x_u'y_i)^2 + regularisation (|x|^2 + |y|^2), where p is 1 for what was bought and c = 1 + alpha A_ui. A
 * visitor who was not fitted is folded in from their history by the same equations. Memory: the vectors of units and items.
 */
export function fitImplicitAls(matrix: Matrix, options: ImplicitAlsOptions): ImplicitAls {
  const { factors, iterations, targetExponent, seed } = options
  const units = new Float64Array(matrix.unitCount * factors)
  const items = smallNumbers(matrix.itemCount * factors, seed)
  for (let iteration = 0; iteration < iterations; iteration++) {
    solveAll(matrix.byUnit, units, createFoldIn(items, options), factors)
    solveAll(matrix.byItem, items, createFoldIn(units, options), factors)
  }
  return {
    factors,
    items,
    scale: inversePowers(matrix.itemDegrees, targetExponent),
    fold: createFoldIn(items, options)
  }
}

export function scoreImplicitAls(
  { factors, items, scale, fold }: ImplicitAls,
  history: History
): Float32Array {
  const vector = new Float64Array(factors)
  fold(history.items, history.weights, vector)
  const products = new Float64Array(scale.length)
  multiplyRows({ values: items, count: scale.length }, { values: vector, count: 1 }, products, {
    length: factors
  })
  const scores = new Float32Array(scale.length)
  for (let item = 0; item < scores.length; item++) scores[item] = (products[item] ?? 0) * (scale[item] ?? 0)
  return scores
}

export function implicitAlsRecommender(options: ImplicitAlsOptions): Recommender {
  return (interactions) => {
    const model = fitImplicitAls(matrixOf(interactions), options)
    const takeApart = createTakeApart(model.items, options)
    return {
      score: (history) => scoreImplicitAls(model, history),
      contributions: ({ items, weights }, item) =>
        takeApart(items, weights, item).map((given) => given * (model.scale[item] ?? 0))
    }
  }
}

function solveAll(rows: Rows, vectors: Float64Array, fold: FoldIn, factors: number): void {
  for (let row = 0; row + 1 < rows.offsets.length; row++) {
    const [from, to] = [rows.offsets[row], rows.offsets[row + 1]]
    const into = vectors.subarray(row * factors, (row + 1) * factors)
    fold(rows.indexes.subarray(from, to), rows.values.subarray(from, to), into)
  }
}

/** Uniform numbers around 0, from the seed alone. */
function smallNumbers(count: number, seed: number): Float64Array {
  const random = mulberry32(seed)
  return new Float64Array(count).map(() => (random() - 0.5) / 10)
}
