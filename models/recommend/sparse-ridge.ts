import type { ScoredIndexes } from '../contracts/served.ts'
import { createBlockReader } from './candidate-block.ts'
import { factorise, solveFactorised } from './cholesky.ts'
import { createGram, weighRows } from './gram.ts'
import type { ItemRange } from './item-neighbours.ts'
import { matrixOf, type Matrix } from './matrix.ts'
import { joinLists, neighboursModel, transposeNeighbours, type Neighbours } from './neighbours.ts'
import type { Recommender } from './recommender.ts'
import { penaltiesOf, type RidgePenalty } from './ridge-penalty.ts'
import { inversePowers } from './sparse.ts'
import { topK } from './top-k.ts'

/** Which items speak for a target, and how much each unit counts. */
export type RidgeNeighbourhood = {
  unitExponent: number
  /** Of the order in which sources become candidates: the larger, the more popular ones must give way. */
  candidateExponent: number
  candidatesMax: number
}
export type SparseRidgeOptions = RidgeNeighbourhood & RidgePenalty & { targetExponent: number }

/**
 * A linear model of each item on its own neighbours, in closed form: EASE (Steck 2019) where the catalogue is too large for
 * one inverse, after his Markov random field with a sparse neighbourhood (Steck 2019b). With D = diag(n_u^-a) and G = A'DA:
 * the candidates C of target j are the c sources with the largest G_ij n_i^-b, their weights solve
 *   (G_CC + ridge m^-a diag(n_i^d)) w = G_Cj,   m = mean n_u,
 * and S_ij = w_i n_j^-t. With every other item a candidate it is the dense ridge; with an infinite ridge, a kernel.
 * Weights may be negative. Time: c^3 / 6 an item and the pairs within its block; memory: the interactions and one block.
 */
export function fitSparseRidge(matrix: Matrix, options: SparseRidgeOptions): Neighbours {
  const [lists = []] = fitRidgeLists(matrix, {
    ...options,
    penalties: [options],
    from: 0,
    to: matrix.itemCount
  })
  return joinTargets(lists, matrix, options.targetExponent)
}

/** Lists per target as they were solved become lists per source, scaled by n_j^-t. */
export function joinTargets(
  lists: readonly ScoredIndexes[],
  { itemDegrees }: Matrix,
  targetExponent: number
): Neighbours {
  const scale = inversePowers(itemDegrees, targetExponent)
  return transposeNeighbours(
    joinLists(
      lists.map(({ indexes, scores }, target) => ({
        indexes,
        scores: scores.map((score) => score * (scale[target] ?? 0))
      }))
    )
  )
}

export type RidgeOptions = RidgeNeighbourhood & { penalties: readonly RidgePenalty[] }

/**
 * The weights w of a range of targets, once for each penalty: candidates and block are found once for all of them. Targets
 * do not depend on each other, so ranges may be fitted by different workers and laid end to end.
 */
export function fitRidgeLists(
  matrix: Matrix,
  { from, to, ...options }: RidgeOptions & ItemRange
): ScoredIndexes[][] {
  return createRidgeLists(matrix, options)({ from, to })
}

/** Fits one range after another with the same working memory. */
export function createRidgeLists(
  matrix: Matrix,
  options: RidgeOptions
): (range: ItemRange) => ScoredIndexes[][] {
  const { unitExponent, candidatesMax, penalties } = options
  const unitScale = inversePowers(matrix.unitSizes, unitExponent)
  const findCandidates = createCandidates(matrix, options, unitScale)
  const readBlock = createBlockReader(matrix, unitScale)
  const diagonals = penalties.map((penalty) => penaltiesOf(matrix, penalty, unitExponent))
  const size = Math.min(candidatesMax, matrix.itemCount)
  const block = new Float64Array(size * size)
  const factor = new Float64Array(size * size)
  return ({ from, to }) => {
    const results: ScoredIndexes[][] = penalties.map(() => [])
    for (let target = from; target < to; target++) {
      const { indexes, right } = findCandidates(target)
      readBlock(indexes, block)
      diagonals.forEach((diagonal, at) => {
        const scores = solve(indexes, right, { block, factor, diagonal })
        results[at]?.push({ indexes, scores })
      })
    }
    return results
  }
}

/** Ascending by item; `right` is G_Cj. */
function createCandidates(matrix: Matrix, options: RidgeNeighbourhood, unitScale: Float64Array) {
  const { byItem, byUnit, itemCount } = matrix
  const scaled = weighRows(byItem, 'items', (value, unit) => value * (unitScale[unit] ?? 0))
  const gramRow = createGram({ own: scaled, other: byUnit }, itemCount)
  const scale = inversePowers(matrix.itemDegrees, options.candidateExponent)
  const scores = new Float64Array(itemCount)
  return (target: number) => {
    const { touched, sums } = gramRow(target)
    for (let at = 0; at < touched.length; at++) {
      const item = touched[at] ?? 0
      scores[at] = item === target ? NaN : (sums[item] ?? 0) * (scale[item] ?? 0)
    }
    const indexes = topK(scores, options.candidatesMax, { ids: touched }).indexes.toSorted()
    return { indexes, right: Float64Array.from(indexes, (item) => sums[item] ?? 0) }
  }
}

type Work = { block: Float64Array; factor: Float64Array; diagonal: Float64Array }

function solve(items: Uint32Array, right: Float64Array, { block, factor, diagonal }: Work): Float32Array {
  const size = items.length
  factor.set(block.subarray(0, size * size))
  for (let i = 0; i < size; i++)
    factor[i * size + i] = (factor[i * size + i] ?? 0) + (diagonal[items[i] ?? 0] ?? 0)
  if (!factorise(factor, size)) throw new Error('a block with a ridge is not positive definite')
  const weights = right.slice()
  solveFactorised(factor, size, weights)
  return Float32Array.from(weights)
}

export function sparseRidgeRecommender(options: SparseRidgeOptions): Recommender {
  return (interactions) => neighboursModel(fitSparseRidge(matrixOf(interactions), options))
}
