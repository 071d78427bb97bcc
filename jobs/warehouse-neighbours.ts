import type { ClickHouseClient } from '@clickhouse/client'
import type { ScoredIndexes } from '../models/contracts/served.ts'
import type { NeighbourOptions } from '../models/recommend/item-neighbours.ts'
import type { DegreeExponents } from '../models/recommend/kernels.ts'
import { readColumns } from './clickhouse.ts'
import type { WorkIndex } from './interactions.ts'

export type WarehouseNeighbourOptions = NeighbourOptions &
  DegreeExponents & {
    /** With columns `unit`, `item` and `weight`; a view will do. */
    database: string
    table: string
    /** 1: an item's degree is what its units weigh. 2, with exponents 0, 1/2 and 1/2: cosine. */
    degreePower: 1 | 2
    /** Of a unit only its strongest items count, as in `matrixOf`. */
    unitItemsMax: number
    /** Asked for one after the other: the engine holds the pairs of one part of the items at a time. */
    parts: number
  }

/**
 * What `fitItemLists` gives, from the engine: for a shop whose pairs fit a cluster and not this machine. The lists arrive by
 * item as the index numbers them; items outside the index are left out. Ties go by the item itself, so number items in order.
 */
export async function readWarehouseNeighbours(
  clickhouse: ClickHouseClient,
  index: WorkIndex,
  options: WarehouseNeighbourOptions
): Promise<ScoredIndexes[]> {
  const lists = index.list.map(() => ({ indexes: new Uint32Array(), scores: new Float32Array() }))
  for (let part = 0; part < options.parts; part++) {
    const rows = await readColumns(clickhouse, 'neighbours', { ...paramsOf(options), part })
    const [items, neighbours, scores] = ['item', 'neighbour', 'score'].map((name) => rows.getChild(name))
    const numberOf = (value: unknown) => index.find(String(value))
    for (let from = 0, to = 0; from < rows.numRows; from = to) {
      const item: unknown = items?.get(from)
      while (to < rows.numRows && items?.get(to) === item) to++
      const number = numberOf(item)
      if (number === undefined) continue
      const places = Array.from({ length: to - from }, (_, at) => from + at).filter(
        (place) => numberOf(neighbours?.get(place)) !== undefined
      )
      lists[number] = {
        indexes: Uint32Array.from(places, (place) => numberOf(neighbours?.get(place)) ?? 0),
        scores: Float32Array.from(places, (place) => Number(scores?.get(place)))
      }
    }
  }
  return lists
}

function paramsOf(options: WarehouseNeighbourOptions): Record<string, unknown> {
  const { database, table, keep, parts } = options
  return {
    database,
    table,
    keep,
    parts,
    neighbours_max: options.neighboursMax,
    unit_items_max: options.unitItemsMax,
    degree_power: options.degreePower,
    unit_exponent: options.unitExponent,
    source_exponent: options.sourceExponent,
    target_exponent: options.targetExponent
  }
}
