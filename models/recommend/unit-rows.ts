import type { Interactions } from './recommender.ts'
import { topK } from './top-k.ts'

/** A sparse matrix by rows: the entries of row `r` lie from `offsets[r]` up to `offsets[r + 1]`. */
export type Rows = { offsets: Uint32Array; indexes: Uint32Array; values: Float64Array }

export type UnitRowsOptions = {
  weigh: (weight: number, occurredAtMs: number) => number
  itemsMax: number
}

/** One row a unit, each item once with its strongest weight, in the order of items; weights of 0 or less drop out. */
export function unitRowsOf(interactions: Interactions, { weigh, itemsMax }: UnitRowsOptions): Rows {
  const { unitCount, itemCount, units, items, weights, occurredAtMs } = interactions
  const grouped = group(units, unitCount)
  const strongest = new Float64Array(itemCount)
  const offsets = new Uint32Array(unitCount + 1)
  const indexes = new Uint32Array(units.length)
  const values = new Float64Array(units.length)
  let length = 0
  for (let unit = 0; unit < unitCount; unit++) {
    const distinct: number[] = []
    for (const row of grouped.rows.subarray(grouped.offsets[unit], grouped.offsets[unit + 1])) {
      const item = items[row] ?? 0
      const weight = weigh(weights[row] ?? 0, occurredAtMs[row] ?? 0)
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

/** The same matrix by items: a row an item, its units in order. */
export function itemRowsOf(units: Rows, itemCount: number): Rows {
  const { offsets, rows: entries } = group(units.indexes, itemCount)
  const unitOf = new Uint32Array(units.indexes.length)
  for (let unit = 0; unit + 1 < units.offsets.length; unit++) {
    unitOf.fill(unit, units.offsets[unit], units.offsets[unit + 1])
  }
  return {
    offsets,
    indexes: entries.map((entry) => unitOf[entry] ?? 0),
    values: Float64Array.from(entries, (entry) => units.values[entry] ?? 0)
  }
}

/** Counting sort: the rows of each key, in their order. */
function group(keys: Uint32Array, keyCount: number): { offsets: Uint32Array; rows: Uint32Array } {
  const offsets = new Uint32Array(keyCount + 1)
  for (const key of keys) offsets[key + 1] = (offsets[key + 1] ?? 0) + 1
  for (let key = 0; key < keyCount; key++) offsets[key + 1] = (offsets[key + 1] ?? 0) + (offsets[key] ?? 0)
  const next = offsets.slice()
  const rows = new Uint32Array(keys.length)
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] ?? 0
    const at = next[key] ?? 0
    rows[at] = row
    next[key] = at + 1
  }
  return { offsets, rows }
}
