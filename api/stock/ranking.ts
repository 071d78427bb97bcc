import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { dayNumber } from '../sales-days.ts'
import { byPlace, type Placed } from './page.ts'

export const SORTS = ['rank', 'stock_out', 'cost', 'days_of_cover'] as const
export type Sort = (typeof SORTS)[number]

const largest = (figure: number | null) => (figure === null ? Infinity : -figure)
const smallest = (figure: number | null) => figure ?? Infinity
const soonest = (day: string | null | undefined) => (day ? dayNumber('day', day) : Infinity)

const figuresOf: Record<Sort, (record: ServedReplenishment) => number[]> = {
  rank: ({ next_value_per_cost, order_value }) => [largest(next_value_per_cost), largest(order_value)],
  stock_out: ({ stock_out }) => [soonest(stock_out?.p50), soonest(stock_out?.p10)],
  cost: ({ order_cost }) => [largest(order_cost)],
  days_of_cover: ({ days_of_cover }) => [smallest(days_of_cover)]
}

export type Ranked = readonly Placed<ServedReplenishment>[]
type Published = ReadonlyMap<string, ServedReplenishment>

/** A version is sorted once for all who ask. */
const known = new WeakMap<Published, Map<Sort, Ranked>>()

export function rankedBy(records: Published, sort: Sort): Ranked {
  const bySort = known.get(records) ?? new Map<Sort, Ranked>()
  known.set(records, bySort)
  const before = bySort.get(sort)
  if (before) return before
  const ranked = Array.from(records.values(), (row) => ({
    figures: figuresOf[sort](row),
    id: row.product_id,
    row
  })).toSorted(byPlace)
  bySort.set(sort, ranked)
  return ranked
}
