import type { Interactions } from './recommender.ts'
import { groupByKey, type Rows } from './sparse.ts'
import { topK } from './top-k.ts'

export type UnitRowsOptions = {
  weigh: (weight: number, occurredAtMs: number) => number
  itemsMax: number
}

/** One row a unit, each item once with its strongest weight, in the order of items; weights of 0 or less drop out. */
export function unitRowsOf(interactions: Interactions, { weigh, itemsMax }: UnitRowsOptions): Rows {
  const { unitCount, itemCount, units, items, weights, occurredAtMs } = interactions
  const grouped = groupByKey(units, unitCount)
  const strongest = new Float64Array(itemCount)
  const offsets = new Uint32Array(unitCount + 1)
  const indexes = new Uint32Array(units.length)
  const values = new Float32Array(units.length)
  let length = 0
  for (let unit = 0; unit < unitCount; unit++) {
    const distinct: number[] = []
    for (const row of grouped.places.subarray(grouped.offsets[unit], grouped.offsets[unit + 1])) {
      const item = items[row] ?? 0
      const weight = Math.fround(weigh(weights[row] ?? 0, occurredAtMs[row] ?? 0))
      if (!(weight > 0)) continue
      if (strongest[item] === 0) distinct.push(item)
      strongest[item] = Math.max(strongest[item] ?? 0, weight)
    }
    const kept = distinct.length > itemsMax ? strongestOf(distinct, strongest, itemsMax) : distinct
    for (const item of kept.toSorted((a, b) => a - b)) {
      indexes[length] = item
      values[length++] = strongest[item] ?? 0
    }
    for (const item of distinct) strongest[item] = 0
    offsets[unit + 1] = length
  }
  return { offsets, indexes: indexes.subarray(0, length), values: values.subarray(0, length) }
}

function strongestOf(distinct: number[], strongest: Float64Array, itemsMax: number): Uint32Array {
  const scores = distinct.map((item) => strongest[item] ?? 0)
  return topK(scores, itemsMax, { ids: distinct }).indexes
}
