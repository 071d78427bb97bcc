import type { Matrix } from './matrix.ts'
import { inversePowers } from './sparse.ts'

/**
 * A similarity of items: S_ij = sourceScale_i targetScale_j sum_u source(A_ui) target(A_uj) for i other than j, where the
 * source i is in the history and the target j is recommended. All that follow have this form, so one loop fits them all.
 */
export type Similarity = {
  source: EntryWeight
  target: EntryWeight
  sourceScale: Float64Array
  targetScale: Float64Array
}
export type EntryWeight = (value: number, unit: number, item: number) => number
export type Kernel = (matrix: Matrix) => Similarity

/** S_ij = A_i'A_j / (|A_i| |A_j|) (Sarwar et al. 2001). */
export const cosine: Kernel = (matrix) => normalised(matrix, (value) => value)

/**
 * Cosine where a unit counts the less the more items it has: entries are sqrt(A_ui) (ln I - ln(1 + n_u)), I the number of
 * items, as documents are items and terms their units (as `implicit` 0.7 has it).
 */
export const tfIdf: Kernel = (matrix) => {
  const idf = unitIdf(matrix)
  return normalised(matrix, (value, unit) => Math.sqrt(value) * (idf[unit] ?? 0))
}

/**
 * Okapi BM25 of units as terms: x_ui = A_ui (k1 + 1) / (A_ui + k1 (1 - b + b |A_i| / mean |A|)) idf_u, and S = x_i'x_j (as
 * `implicit` 0.7 has it, whose k1 = 100 and b = 0.8 are far from those of text).
 */
export const bm25 =
  ({ k1, b }: { k1: number; b: number }): Kernel =>
  (matrix) => {
    const idf = unitIdf(matrix)
    const { itemDegrees, itemCount } = matrix
    const mean = itemDegrees.reduce((sum, degree) => sum + degree, 0) / itemCount
    const lengthNorm = itemDegrees.map((degree) => 1 - b + (mean > 0 ? (b * degree) / mean : 0))
    const weigh: EntryWeight = (value, unit, item) =>
      ((value * (k1 + 1)) / (k1 * (lengthNorm[item] ?? 0) + value)) * (idf[unit] ?? 0)
    return { source: weigh, target: weigh, sourceScale: ones(matrix), targetScale: ones(matrix) }
  }

/** A walk from an item to a unit to an item, cubed out of popularity: (A_ui / |A_i|)^alpha (A_uj / |A_u|)^alpha / |A_j|^beta (Christoffel et al. 2015). */
export const rp3beta =
  ({ alpha, beta }: { alpha: number; beta: number }): Kernel =>
  (matrix) => ({
    source: (value, _, item) => (value / (matrix.itemDegrees[item] ?? 0)) ** alpha,
    target: (value, unit) => (value / (matrix.unitDegrees[unit] ?? 0)) ** alpha,
    sourceScale: ones(matrix),
    targetScale: inversePowers(matrix.itemDegrees, beta)
  })

export type DegreeExponents = { unitExponent: number; sourceExponent: number; targetExponent: number }

/**
 * S_ij = sum_u A_ui A_uj n_u^-a / (n_i^b n_j^c): a = 0 and b = c = 1/2 is cosine on 0/1 data, a is the degree correction of
 * units and b other than c the asymmetry of Aiolli (2013).
 */
export const degreeNormalised =
  ({ unitExponent, sourceExponent, targetExponent }: DegreeExponents): Kernel =>
  (matrix) => {
    const unitScale = inversePowers(matrix.unitSizes, unitExponent)
    return {
      source: (value, unit) => value * (unitScale[unit] ?? 0),
      target: (value) => value,
      sourceScale: inversePowers(matrix.itemDegrees, sourceExponent),
      targetScale: inversePowers(matrix.itemDegrees, targetExponent)
    }
  }

/** ln I - ln(1 + n_u), never below 0: a unit that has everything says nothing. */
function unitIdf({ itemCount, unitSizes }: Matrix): Float64Array {
  return unitSizes.map((size) => Math.max(0, Math.log(itemCount) - Math.log1p(size)))
}

function normalised(matrix: Matrix, weigh: EntryWeight): Similarity {
  const { offsets, indexes, values } = matrix.byItem
  const scale = new Float64Array(matrix.itemCount)
  for (let item = 0; item < scale.length; item++) {
    let squares = 0
    for (let at = offsets[item] ?? 0; at < (offsets[item + 1] ?? 0); at++)
      squares += weigh(values[at] ?? 0, indexes[at] ?? 0, item) ** 2
    scale[item] = squares > 0 ? squares ** -0.5 : 0
  }
  return { source: weigh, target: weigh, sourceScale: scale, targetScale: scale }
}

function ones({ itemCount }: Matrix): Float64Array {
  return new Float64Array(itemCount).fill(1)
}
