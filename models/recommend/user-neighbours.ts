import { matrixOf, type Matrix } from './matrix.ts'
import { decayed, type History, type Recommender } from './recommender.ts'
import { inversePowers, type Rows } from './sparse.ts'
import { topK } from './top-k.ts'

export type UserNeighbourOptions = {
  /** So many units that are most like the visitor have a say. */
  neighboursMax: number
  /** Of an item that more units have, those speak that have it strongest: this bounds the time of a request. */
  unitsPerItemMax: number
  /** Of an interaction's weight; Infinity ignores age. */
  halfLifeDays: number
}

export type UserNeighbours = {
  byUnit: Rows
  /** The units of an item that speak. */
  byItem: Rows
  itemCount: number
  unitSizes: Float64Array
  inverseNorms: Float64Array
  neighboursMax: number
}

/**
 * The textbook's method, to be measured against: the cosine of a visitor h and each unit u by an inverted index, then
 * score_j = sum of cos(u, h) A_uj over the k nearest units (Herlocker et al. 1999, for purchases instead of ratings). A unit
 * that has nothing which the visitor lacks takes no place among the k: nobody is more like a visitor than they themselves.
 * Time to score: the history's items times their units, and the items of k units.
 */
export function fitUserNeighbours(
  matrix: Matrix,
  { neighboursMax, unitsPerItemMax }: Omit<UserNeighbourOptions, 'halfLifeDays'>
): UserNeighbours {
  const { byUnit, byItem, itemCount, unitSizes } = matrix
  const squares = new Float64Array(matrix.unitCount)
  forEachEntry(byUnit, (unit, _, value) => (squares[unit] = (squares[unit] ?? 0) + value * value))
  return {
    byUnit,
    byItem: strongestOfRows(byItem, unitsPerItemMax),
    itemCount,
    unitSizes,
    inverseNorms: inversePowers(squares, 0.5),
    neighboursMax
  }
}

/** Items of the history score too, where a nearest unit has them. */
export function scoreUserNeighbours(fitted: UserNeighbours, history: History): Float32Array {
  const scores = new Float64Array(fitted.itemCount)
  for (const [unit, similarity] of nearestUnits(fitted, history))
    forEachInRow(
      fitted.byUnit,
      unit,
      (item, value) => (scores[item] = (scores[item] ?? 0) + similarity * value)
    )
  return Float32Array.from(scores)
}

/** The score taken apart: A_ui h_i / (|A_u| |h|) A_uj, summed over the same units for each item i of the history. */
export function userContributions(fitted: UserNeighbours, history: History, item: number): Float64Array {
  const norm = Math.hypot(...history.weights)
  const shares = new Map<number, number>()
  for (const [unit] of nearestUnits(fitted, history))
    forEachInRow(fitted.byUnit, unit, (other, value) => {
      if (other === item) shares.set(unit, (value * (fitted.inverseNorms[unit] ?? 0)) / norm)
    })
  return Float64Array.from(history.items, (owned, at) => {
    let given = 0
    forEachInRow(fitted.byItem, owned, (unit, value) => (given += value * (shares.get(unit) ?? 0)))
    return given * (history.weights[at] ?? 0)
  })
}

export function userNeighboursRecommender({ halfLifeDays, ...options }: UserNeighbourOptions): Recommender {
  return (interactions, { nowMs }) => {
    const weigh = (weight: number, occurredAtMs: number) =>
      weight * decayed(occurredAtMs, { nowMs, halfLifeDays })
    const fitted = fitUserNeighbours(matrixOf(interactions, { weigh }), options)
    return {
      score: (history) => scoreUserNeighbours(fitted, history),
      contributions: (history, item) => userContributions(fitted, history, item)
    }
  }
}

/** Units with their cosine, nearest first, ties by unit. */
function nearestUnits(fitted: UserNeighbours, { items, weights }: History): [number, number][] {
  const { byItem, unitSizes, inverseNorms, neighboursMax } = fitted
  const products = new Map<number, number>()
  const shared = new Map<number, number>()
  items.forEach((item, at) => {
    const weight = weights[at] ?? 0
    if (!(weight > 0)) return
    forEachInRow(byItem, item, (unit, value) => {
      products.set(unit, (products.get(unit) ?? 0) + weight * value)
      shared.set(unit, (shared.get(unit) ?? 0) + 1)
    })
  })
  const norm = Math.hypot(...weights)
  const units = [...products.keys()].filter((unit) => (unitSizes[unit] ?? 0) > (shared.get(unit) ?? 0))
  const cosines = units.map((unit) => ((products.get(unit) ?? 0) * (inverseNorms[unit] ?? 0)) / norm)
  const best = topK(cosines, neighboursMax, { ids: units })
  return Array.from(best.indexes, (unit, at) => [unit, best.scores[at] ?? 0])
}

function forEachInRow(
  { offsets, indexes, values }: Rows,
  row: number,
  each: (index: number, value: number) => void
) {
  const end = offsets[row + 1] ?? 0
  for (let at = offsets[row] ?? 0; at < end; at++) each(indexes[at] ?? 0, values[at] ?? 0)
}

function forEachEntry(rows: Rows, each: (row: number, index: number, value: number) => void): void {
  for (let row = 0; row + 1 < rows.offsets.length; row++)
    forEachInRow(rows, row, (index, value) => each(row, index, value))
}

/** Rows of at most `max` entries: the largest values, ties by the smaller index. */
function strongestOfRows(rows: Rows, max: number): Rows {
  const rowCount = rows.offsets.length - 1
  const cut: Rows = {
    offsets: new Uint32Array(rowCount + 1),
    indexes: rows.indexes.slice(),
    values: rows.values.slice()
  }
  let length = 0
  for (let row = 0; row < rowCount; row++) {
    const [from, to] = [rows.offsets[row] ?? 0, rows.offsets[row + 1] ?? 0]
    const ids = rows.indexes.subarray(from, to)
    const values = rows.values.subarray(from, to)
    const kept = to - from > max ? topK(values, max, { ids }) : { indexes: ids, scores: values }
    cut.indexes.set(kept.indexes, length)
    cut.values.set(kept.scores, length)
    length += kept.indexes.length
    cut.offsets[row + 1] = length
  }
  return { ...cut, indexes: cut.indexes.subarray(0, length), values: cut.values.subarray(0, length) }
}
