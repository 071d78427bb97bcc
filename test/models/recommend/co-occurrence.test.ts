import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitCoOccurrence, type CoOccurrenceOptions } from '../../../models/recommend/co-occurrence.ts'
import { neighboursOf } from '../../../models/recommend/neighbours.ts'
import { anyRows, interactionsOf, ITEMS, NOW_MS, UNITS, type Row } from './generate.ts'

const SEED = 3
const options: CoOccurrenceOptions = {
  nowMs: NOW_MS,
  halfLifeDays: 20,
  unitExponent: 0.7,
  sourceExponent: 0.4,
  targetExponent: 0.2,
  neighboursMax: ITEMS,
  keep: 'targets per source'
}

/** The formula as it is written, over a dense matrix. */
function slowKernel(
  rows: readonly Row[],
  { halfLifeDays, unitExponent: a, sourceExponent: b, targetExponent: c }: CoOccurrenceOptions
) {
  const A = Array.from({ length: UNITS }, () => Array.from({ length: ITEMS }, () => 0))
  for (const { unit, item, weight = 1, daysAgo = 0 } of rows) {
    const row = A[unit] ?? []
    row[item] = Math.max(row[item] ?? 0, weight * 0.5 ** (daysAgo / halfLifeDays))
  }
  const itemDegree = (i: number) => A.reduce((sum, row) => sum + (row[i] ?? 0), 0)
  return (i: number, j: number) =>
    A.reduce((sum, row) => {
      const size = row.filter((value) => value > 0).length
      return size === 0 ? sum : sum + ((row[i] ?? 0) * (row[j] ?? 0)) / size ** a
    }, 0) /
    (itemDegree(i) ** b * itemDegree(j) ** c)
}

describe.each(['targets per source', 'sources per target'] as const)('co-occurrence, %s', (keep) => {
  it('equals the formula', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const slow = slowKernel(rows, options)
        const neighbours = fitCoOccurrence(interactionsOf(rows, UNITS, ITEMS), { ...options, keep })
        for (let i = 0; i < ITEMS; i++) {
          const { indexes, scores } = neighboursOf(neighbours, i)
          const expected = Array.from({ length: ITEMS }, (_, j) => j).filter((j) => j !== i && slow(i, j) > 0)
          expect([...indexes].toSorted()).toEqual(expected)
          indexes.forEach((j, at) => expect(scores[at]).toBeCloseTo(slow(i, j), 5))
        }
      }),
      { seed: SEED }
    )
  })

  it('keeps the best of one side, and lists best first', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const interactions = interactionsOf(rows, UNITS, ITEMS)
        const neighbours = fitCoOccurrence(interactions, { ...options, keep, neighboursMax: 2 })
        const perTarget = new Map<number, number>()
        for (let i = 0; i < ITEMS; i++) {
          const { indexes, scores } = neighboursOf(neighbours, i)
          expect([...scores].toSorted((a, b) => b - a)).toEqual([...scores])
          for (const j of indexes) perTarget.set(j, (perTarget.get(j) ?? 0) + 1)
          if (keep === 'targets per source') expect(indexes.length).toBeLessThanOrEqual(2)
        }
        if (keep === 'sources per target') expect(Math.max(0, ...perTarget.values())).toBeLessThanOrEqual(2)
      }),
      { seed: SEED }
    )
  })
})

it('never makes an item its own neighbour', () => {
  const rows = [
    { unit: 0, item: 1 },
    { unit: 0, item: 1 },
    { unit: 0, item: 2 }
  ]
  const neighbours = fitCoOccurrence(interactionsOf(rows, 1, 3), options)
  expect([...neighboursOf(neighbours, 1).indexes]).toEqual([2])
})

it('lets a unit with too many items speak with its strongest', () => {
  const rows = [0, 1, 2, 3].map((item) => ({ unit: 0, item, weight: item + 1 }))
  const neighbours = fitCoOccurrence(interactionsOf(rows, 1, 4), { ...options, unitItemsMax: 2 })
  expect([0, 1, 2, 3].map((item) => [...neighboursOf(neighbours, item).indexes])).toEqual([[], [], [3], [2]])
})

it('counts what happened lately for more', () => {
  const rows = [
    { unit: 0, item: 0, daysAgo: 1 },
    { unit: 0, item: 1, daysAgo: 1 },
    { unit: 1, item: 0, daysAgo: 100 },
    { unit: 1, item: 2, daysAgo: 100 }
  ]
  const neighbours = fitCoOccurrence(interactionsOf(rows, 2, 3), options)
  expect([...neighboursOf(neighbours, 0).indexes]).toEqual([1, 2])
})
