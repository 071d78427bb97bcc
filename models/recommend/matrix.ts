import type { Interactions } from './recommender.ts'
import { sharedFloat64 } from './shared.ts'
import { transposeRows, type Rows } from './sparse.ts'
import { unitRowsOf, type UnitRowsOptions } from './unit-rows.ts'

/**
 * Units × items held both ways round (CSR and CSC), since each model walks from an item to its units and back. It costs 16
 * bytes an interaction, lies in shared memory and never changes, so that worker threads read it where it is. Sizes count
 * entries, degrees add up their weights.
 */
export type Matrix = {
  unitCount: number
  itemCount: number
  byUnit: Rows
  byItem: Rows
  /** n_u: items of a unit. */
  unitSizes: Float64Array
  /** Weight of a unit's items. */
  unitDegrees: Float64Array
  /** n_i: weight of an item's units; on 0/1 data, how many they are. */
  itemDegrees: Float64Array
}

const UNIT_ITEMS_MAX = 1_000

/** Weights as given, and of a unit only its strongest items: that bounds the pairs that one unit can make. */
const AS_GIVEN: UnitRowsOptions = { weigh: (weight) => weight, itemsMax: UNIT_ITEMS_MAX }

export function matrixOf(interactions: Interactions, options: Partial<UnitRowsOptions> = {}): Matrix {
  const { unitCount, itemCount } = interactions
  const byUnit = unitRowsOf(interactions, { ...AS_GIVEN, ...options })
  const byItem = transposeRows(byUnit, itemCount)
  return {
    unitCount,
    itemCount,
    byUnit,
    byItem,
    unitSizes: sizesOf(byUnit),
    unitDegrees: sumsOf(byUnit),
    itemDegrees: sumsOf(byItem)
  }
}

function sizesOf({ offsets }: Rows): Float64Array {
  const sizes = sharedFloat64(offsets.length - 1)
  for (let row = 0; row < sizes.length; row++) sizes[row] = (offsets[row + 1] ?? 0) - (offsets[row] ?? 0)
  return sizes
}

function sumsOf({ offsets, values }: Rows): Float64Array {
  const sums = sharedFloat64(offsets.length - 1)
  for (let row = 0; row < sums.length; row++) {
    let sum = 0
    for (let at = offsets[row] ?? 0; at < (offsets[row + 1] ?? 0); at++) sum += values[at] ?? 0
    sums[row] = sum
  }
  return sums
}
