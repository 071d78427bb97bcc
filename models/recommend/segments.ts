import type { ScoredIndexes } from '../contracts/served.ts'
import { popularItems } from './popularity.ts'
import type { Interactions } from './recommender.ts'
import { groupByKey } from './sparse.ts'

/** The list of everybody, which no other segment may be called. */
export const ALL = 'all'

export type SegmentOptions = {
  /** Of each interaction the number of its segment: a country, a tier, or the genre or format of its item. */
  segmentOf: Uint32Array
  names: readonly string[]
  /** Segments with fewer interactions have no list: theirs would be chance. */
  supportMin: number
  /** The largest have one. */
  segmentsMax: number
  itemsMax: number
  /** Popularity, or trend: one score an item, only what is above 0 is listed. */
  fit: (interactions: Interactions) => Float32Array
}

/** A list for `all` and one for each segment that is large enough; ties between segments break by name. */
export function fitSegments(interactions: Interactions, options: SegmentOptions): Map<string, ScoredIndexes> {
  const { segmentOf, names, supportMin, segmentsMax, itemsMax, fit } = options
  const { offsets, places } = groupByKey(segmentOf, names.length)
  const rowsOf = (segment: number) => places.subarray(offsets[segment], offsets[segment + 1])
  const largest = Array.from(names, (name, segment) => ({ name, rows: rowsOf(segment) }))
    .filter(({ name, rows }) => name !== '' && name !== ALL && rows.length >= supportMin)
    .toSorted((a, b) => b.rows.length - a.rows.length || (a.name < b.name ? -1 : 1))
    .slice(0, segmentsMax)
  const listOf = (some: Interactions) => popularItems(fit(some), itemsMax)
  return new Map([
    [ALL, listOf(interactions)],
    ...largest.map(({ name, rows }) => [name, listOf(selectRows(interactions, rows))] as const)
  ])
}

/** The list of the first of a visitor's segments that has one, else that of everybody. */
export function listOfSegment(
  lists: ReadonlyMap<string, ScoredIndexes>,
  segments: readonly string[]
): ScoredIndexes | undefined {
  const name = segments.find((segment) => lists.has(segment)) ?? ALL
  return lists.get(name)
}

function selectRows(interactions: Interactions, rows: Uint32Array): Interactions {
  const { units, items, weights, occurredAtMs } = interactions
  return {
    ...interactions,
    units: Uint32Array.from(rows, (row) => units[row] ?? 0),
    items: Uint32Array.from(rows, (row) => items[row] ?? 0),
    weights: Float32Array.from(rows, (row) => weights[row] ?? 0),
    occurredAtMs: Float64Array.from(rows, (row) => occurredAtMs[row] ?? 0)
  }
}
