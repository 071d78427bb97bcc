import fc from 'fast-check'
import type { Interactions } from '../../../models/recommend/recommender.ts'

export const NOW_MS = Date.UTC(2011, 10, 9)
const DAY_MS = 86_400_000

export type Row = { unit: number; item: number; weight?: number; daysAgo?: number }

export function interactionsOf(rows: readonly Row[], unitCount: number, itemCount: number): Interactions {
  return {
    unitCount,
    itemCount,
    units: Uint32Array.from(rows, ({ unit }) => unit),
    items: Uint32Array.from(rows, ({ item }) => item),
    weights: Float32Array.from(rows, ({ weight = 1 }) => weight),
    occurredAtMs: Float64Array.from(rows, ({ daysAgo = 0 }) => NOW_MS - daysAgo * DAY_MS)
  }
}

export const UNITS = 12
export const ITEMS = 9

/** Pairs may repeat, as purchases do. */
export const anyRows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    unit: fc.nat(UNITS - 1),
    item: fc.nat(ITEMS - 1),
    weight: fc.integer({ min: 1, max: 4 }),
    daysAgo: fc.integer({ min: 0, max: 60 })
  }),
  { maxLength: 60 }
)

export function historyOf(items: readonly number[]) {
  return { items: Uint32Array.from(items), weights: new Float32Array(items.length).fill(1) }
}

/** Units × items as written: each pair once, with its strongest weight. */
export function denseOf(rows: readonly Row[]): number[][] {
  const dense = Array.from({ length: UNITS }, () => Array.from({ length: ITEMS }, () => 0))
  for (const { unit, item, weight = 1 } of rows) {
    const row = dense[unit] ?? []
    row[item] = Math.max(row[item] ?? 0, weight)
  }
  return dense
}
