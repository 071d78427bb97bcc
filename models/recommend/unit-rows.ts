import type { Interactions } from './recommender.ts'
import { sharedFloat32, sharedUint32 } from './shared.ts'
import { groupByKey, type Rows } from './sparse.ts'
import { topK } from './top-k.ts'

export type UnitRowsOptions = {
  weigh: (weight: number, occurredAtMs: number) => number
  itemsMax: number
}

/**
 * One row a unit, each item once with its strongest weight, in the order of items; weights of 0 or less drop out. Two
 * counting sorts, first by item and then by unit, put a unit's items in order: 8 bytes an interaction while it works, and no
 * array a unit.
 */
export function unitRowsOf(interactions: Interactions, { weigh, itemsMax }: UnitRowsOptions): Rows {
  const { unitCount, itemCount, units, items, weights, occurredAtMs } = interactions
  const grouped = groupByKey(units, unitCount, groupByKey(items, itemCount).places)
  const indexes = sharedUint32(units.length)
  const values = sharedFloat32(units.length)
  const offsets = sharedUint32(unitCount + 1)
  let length = 0
  for (let unit = 0; unit < unitCount; unit++) {
    const start = length
    const end = grouped.offsets[unit + 1] ?? 0
    for (let at = grouped.offsets[unit] ?? 0; at < end; at++) {
      const place = grouped.places[at] ?? 0
      const item = items[place] ?? 0
      const weight = Math.fround(weigh(weights[place] ?? 0, occurredAtMs[place] ?? 0))
      if (!(weight > 0)) continue
      if (length > start && indexes[length - 1] === item) {
        values[length - 1] = Math.max(values[length - 1] ?? 0, weight)
      } else {
        indexes[length] = item
        values[length++] = weight
      }
    }
    if (length - start > itemsMax)
      length =
        start + keepStrongest(indexes.subarray(start, length), values.subarray(start, length), itemsMax)
    offsets[unit + 1] = length
  }
  return { offsets, indexes: indexes.subarray(0, length), values: values.subarray(0, length) }
}

/** The strongest come to the front, in the order of items; answers how many. */
function keepStrongest(items: Uint32Array, weights: Float32Array, itemsMax: number): number {
  const places = topK(weights, itemsMax).indexes.toSorted()
  places.forEach((place, at) => {
    items[at] = items[place] ?? 0
    weights[at] = weights[place] ?? 0
  })
  return places.length
}
