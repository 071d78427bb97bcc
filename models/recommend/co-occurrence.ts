import type { ScoredIndexes } from '../contracts/served.ts'
import { createItemLists, fitItemNeighbours, weighItems, type NeighbourOptions } from './item-neighbours.ts'
import { degreeNormalised, type DegreeExponents } from './kernels.ts'
import { neighboursModel, type Neighbours } from './neighbours.ts'
import { decayed, type Interactions, type Recommender } from './recommender.ts'
import { matrixOf, type Matrix } from './matrix.ts'
import { fitItemNeighboursInThreads } from './threads/fit-lists.ts'

/** Lists are always published per source, whichever side of them is cut. */
export type CoOccurrenceOptions = NeighbourOptions &
  DegreeExponents & {
    nowMs: number
    /** Of an interaction's weight; Infinity ignores age. */
    halfLifeDays: number
    /** A unit with more items speaks with its strongest only: this bounds the pairs of one unit. */
    unitItemsMax?: number
  }

/**
 * Item-item similarity by the degree-normalised co-occurrence kernel (kernels.ts) over decayed weights, each unit's items
 * once. Time: the sum over units of their items squared. Memory: the interactions, one row of items, and the lists kept.
 */
export function fitCoOccurrence(interactions: Interactions, options: CoOccurrenceOptions): Neighbours {
  return fitItemNeighbours(decayedMatrix(interactions, options), degreeNormalised(options), options)
}

/** The same by several threads. */
export function fitCoOccurrenceInThreads(
  interactions: Interactions,
  options: CoOccurrenceOptions
): Promise<Neighbours> {
  return fitItemNeighboursInThreads(decayedMatrix(interactions, options), degreeNormalised(options), options)
}

/** The lists of some items only: the time of their pairs, besides that of the matrix. */
export function fitCoOccurrenceOf(
  items: Iterable<number>,
  interactions: Interactions,
  options: CoOccurrenceOptions
): Map<number, ScoredIndexes> {
  const { keep, neighboursMax } = options
  if (keep === 'sources per target')
    throw new Error('a list that is cut by its targets depends on all of them')
  const weighed = weighItems(decayedMatrix(interactions, options), degreeNormalised(options), keep)
  const fit = createItemLists(weighed, neighboursMax)
  return new Map(Array.from(items, (item) => [item, fit({ from: item, to: item + 1 })[0] ?? NOTHING]))
}

const NOTHING: ScoredIndexes = { indexes: new Uint32Array(), scores: new Float32Array() }

function decayedMatrix(interactions: Interactions, options: CoOccurrenceOptions): Matrix {
  const weigh = (weight: number, occurredAtMs: number) => weight * decayed(occurredAtMs, options)
  const itemsMax = options.unitItemsMax
  return matrixOf(interactions, itemsMax === undefined ? { weigh } : { weigh, itemsMax })
}

export function coOccurrenceRecommender(options: Omit<CoOccurrenceOptions, 'nowMs'>): Recommender {
  return (interactions, { nowMs }) => neighboursModel(fitCoOccurrence(interactions, { ...options, nowMs }))
}
