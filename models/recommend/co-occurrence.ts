import type { ScoredIndexes } from '../contracts/served.ts'
import { joinLists, scoreNeighbours, type Neighbours } from './neighbours.ts'
import { decayed, type Interactions, type Recommender } from './recommender.ts'
import { topK } from './top-k.ts'
import { transposeRows, type Rows } from './sparse.ts'
import { unitRowsOf } from './unit-rows.ts'

export type CoOccurrenceOptions = {
  nowMs: number
  /** Of an interaction's weight; Infinity ignores age. */
  halfLifeDays: number
  unitExponent: number
  sourceExponent: number
  targetExponent: number
  neighboursMax: number
  /** Of which side each list is cut to `neighboursMax`; lists are always published per source. */
  keep: 'targets per source' | 'sources per target'
  /** A unit with more items speaks with its strongest only: this bounds the pairs of one unit. */
  unitItemsMax?: number
}

const UNIT_ITEMS_MAX = 1_000

/**
 * Item-item similarity by a degree-normalised co-occurrence kernel:
 *   S_ij = sum_u A_ui A_uj n_u^-a / (n_i^b n_j^c),   i is not j
 * with A_ui the decayed weight, n_u the number of items of unit u, n_i = sum_u A_ui. a = 0, b = c = 1/2 is cosine on 0/1
 * data (Sarwar et al. 2001); a is the users' degree correction and b other than c the asymmetry of Aiolli (2013).
 * Time: the sum over units of their items squared. Memory: the interactions, one row of items, and the lists kept.
 */
export function fitCoOccurrence(interactions: Interactions, options: CoOccurrenceOptions): Neighbours {
  const { itemCount } = interactions
  const units = unitRowsOf(interactions, {
    weigh: (weight, occurredAtMs) => weight * decayed(occurredAtMs, options),
    itemsMax: options.unitItemsMax ?? UNIT_ITEMS_MAX
  })
  const items = transposeRows(units, itemCount)
  const degrees = degreesOf(items)
  const perTarget = options.keep === 'sources per target'
  const ownPower = perTarget ? options.targetExponent : options.sourceExponent
  const otherPower = perTarget ? options.sourceExponent : options.targetExponent
  const ownScale = degrees.map((degree) => (degree > 0 ? degree ** -ownPower : 0))
  const otherScale = degrees.map((degree) => (degree > 0 ? degree ** -otherPower : 0))
  const unitScale = unitScales(units, options.unitExponent)
  const row = new Float64Array(itemCount)
  const touched = new Uint32Array(itemCount)
  const scores = new Float64Array(itemCount)
  const lists: ScoredIndexes[] = []
  for (let item = 0; item < itemCount; item++) {
    const count = accumulateRow(item, { units, items, unitScale, row, touched })
    for (let at = 0; at < count; at++) {
      const other = touched[at] ?? 0
      scores[at] = (row[other] ?? 0) * (ownScale[item] ?? 0) * (otherScale[other] ?? 0)
      row[other] = 0
    }
    lists.push(topK(scores, options.neighboursMax, { ids: touched.subarray(0, count) }))
  }
  return perTarget ? transpose(joinLists(lists)) : joinLists(lists)
}

export function coOccurrenceRecommender(options: Omit<CoOccurrenceOptions, 'nowMs'>): Recommender {
  return (interactions, { nowMs }) => {
    const neighbours = fitCoOccurrence(interactions, { ...options, nowMs })
    return { score: (history) => scoreNeighbours(neighbours, history) }
  }
}

/** n_i: the decayed weight of all interactions of an item. */
function degreesOf(items: Rows): Float64Array {
  const degrees = new Float64Array(items.offsets.length - 1)
  for (let item = 0; item < degrees.length; item++) {
    let sum = 0
    for (let at = items.offsets[item] ?? 0; at < (items.offsets[item + 1] ?? 0); at++)
      sum += items.values[at] ?? 0
    degrees[item] = sum
  }
  return degrees
}

/** n_u^-a, by unit. */
function unitScales(units: Rows, exponent: number): Float64Array {
  const scales = new Float64Array(units.offsets.length - 1)
  for (let unit = 0; unit < scales.length; unit++) {
    const size = (units.offsets[unit + 1] ?? 0) - (units.offsets[unit] ?? 0)
    scales[unit] = size > 0 ? size ** -exponent : 0
  }
  return scales
}

type Scratch = { units: Rows; items: Rows; unitScale: Float64Array; row: Float64Array; touched: Uint32Array }

/** Adds up one row of the co-occurrence matrix in `row`; returns how many entries of `touched` name what it holds. */
function accumulateRow(item: number, { units, items, unitScale, row, touched }: Scratch): number {
  let count = 0
  const lastAt = items.offsets[item + 1] ?? 0
  for (let at = items.offsets[item] ?? 0; at < lastAt; at++) {
    const unit = items.indexes[at] ?? 0
    const weight = (items.values[at] ?? 0) * (unitScale[unit] ?? 0)
    const end = units.offsets[unit + 1] ?? 0
    if (weight === 0) continue
    for (let entry = units.offsets[unit] ?? 0; entry < end; entry++) {
      const other = units.indexes[entry] ?? 0
      if (other === item) continue
      const before = row[other] ?? 0
      if (before === 0) touched[count++] = other
      // Never exactly 0 again, so that no item is listed twice, even where the product underflows.
      row[other] = before + weight * (units.values[entry] ?? 0) + Number.MIN_VALUE
    }
  }
  return count
}

/** Lists by the other side, best first again. */
function transpose(neighbours: Neighbours): Neighbours {
  const itemCount = neighbours.offsets.length - 1
  const sources: number[][] = Array.from({ length: itemCount }, () => [])
  const scores: number[][] = Array.from({ length: itemCount }, () => [])
  for (let target = 0; target < itemCount; target++) {
    for (let at = neighbours.offsets[target] ?? 0; at < (neighbours.offsets[target + 1] ?? 0); at++) {
      sources[neighbours.indexes[at] ?? 0]?.push(target)
      scores[neighbours.indexes[at] ?? 0]?.push(neighbours.scores[at] ?? 0)
    }
  }
  return joinLists(
    sources.map((targets, source) => topK(scores[source] ?? [], targets.length, { ids: targets }))
  )
}
