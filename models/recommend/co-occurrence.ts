import { fitItemNeighbours, type NeighbourOptions } from './item-neighbours.ts'
import { degreeNormalised, type DegreeExponents } from './kernels.ts'
import { neighboursModel, type Neighbours } from './neighbours.ts'
import { decayed, type Interactions, type Recommender } from './recommender.ts'
import { matrixOf } from './matrix.ts'

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
  const weigh = (weight: number, occurredAtMs: number) => weight * decayed(occurredAtMs, options)
  const itemsMax = options.unitItemsMax
  const matrix = matrixOf(interactions, itemsMax === undefined ? { weigh } : { weigh, itemsMax })
  return fitItemNeighbours(matrix, degreeNormalised(options), options)
}

export function coOccurrenceRecommender(options: Omit<CoOccurrenceOptions, 'nowMs'>): Recommender {
  return (interactions, { nowMs }) => neighboursModel(fitCoOccurrence(interactions, { ...options, nowMs }))
}
