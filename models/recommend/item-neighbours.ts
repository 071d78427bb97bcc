import type { ScoredIndexes } from '../contracts/served.ts'
import { createGram, weighRows, type Factors } from './gram.ts'
import type { Kernel } from './kernels.ts'
import { joinLists, neighboursModel, transposeNeighbours, type Neighbours } from './neighbours.ts'
import type { Recommender } from './recommender.ts'
import { matrixOf, type Matrix } from './matrix.ts'
import { topK } from './top-k.ts'

export type NeighbourOptions = {
  neighboursMax: number
  /** Of which side each list is cut to `neighboursMax`. */
  keep: 'targets per source' | 'sources per target'
}
/** Items `from` up to, without, `to`: what one worker does. */
export type ItemRange = { from: number; to: number }

/** The neighbours of every item, listed per source. Time: the sum over units of their items squared. */
export function fitItemNeighbours(matrix: Matrix, kernel: Kernel, options: NeighbourOptions): Neighbours {
  const everything = { from: 0, to: matrix.itemCount }
  const lists = joinLists(fitItemLists(matrix, kernel, { ...options, ...everything }))
  return options.keep === 'sources per target' ? transposeNeighbours(lists) : lists
}

/**
 * The lists of a range of items, each of the side that `keep` names. Lists of consecutive ranges, end to end, are those of
 * everything: each list depends on the matrix alone.
 */
export function fitItemLists(
  matrix: Matrix,
  kernel: Kernel,
  { neighboursMax, keep, from, to }: NeighbourOptions & ItemRange
): ScoredIndexes[] {
  return createItemLists(weighItems(matrix, kernel, keep), neighboursMax)({ from, to })
}

/** A kernel's numbers without its functions, which no worker thread could be sent; the large ones lie in shared memory. */
export type WeighedItems = { factors: Factors; ownScale: Float64Array; otherScale: Float64Array }

export function weighItems(matrix: Matrix, kernel: Kernel, keep: NeighbourOptions['keep']): WeighedItems {
  const { source, target, sourceScale, targetScale } = kernel(matrix)
  const perTarget = keep === 'sources per target'
  const [own, other] = perTarget ? [target, source] : [source, target]
  const [ownScale, otherScale] = perTarget ? [targetScale, sourceScale] : [sourceScale, targetScale]
  const factors = {
    own: weighRows(matrix.byItem, 'items', own),
    other: weighRows(matrix.byUnit, 'units', other)
  }
  return { factors, ownScale, otherScale }
}

/** Fits one range after another with the same working memory. */
export function createItemLists(
  { factors, ownScale, otherScale }: WeighedItems,
  neighboursMax: number
): (range: ItemRange) => ScoredIndexes[] {
  const itemCount = ownScale.length
  const gramRow = createGram(factors, itemCount)
  const scores = new Float64Array(itemCount)
  const ids = new Uint32Array(itemCount)
  const listOf = (item: number): ScoredIndexes => {
    const { touched, sums } = gramRow(item)
    const scale = ownScale[item] ?? 0
    let count = 0
    for (let at = 0; at < touched.length; at++) {
      const id = touched[at] ?? 0
      if (id === item) continue
      ids[count] = id
      scores[count++] = (sums[id] ?? 0) * scale * (otherScale[id] ?? 0)
    }
    return topK(scores, neighboursMax, { ids: ids.subarray(0, count) })
  }
  return ({ from, to }) => Array.from({ length: to - from }, (_, at) => listOf(from + at))
}

export function kernelRecommender(kernel: Kernel, options: NeighbourOptions): Recommender {
  return (interactions) => neighboursModel(fitItemNeighbours(matrixOf(interactions), kernel, options))
}
