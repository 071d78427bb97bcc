import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitItemLists, fitItemNeighbours } from '../../../models/recommend/item-neighbours.ts'
import {
  bm25,
  cosine,
  degreeNormalised,
  rp3beta,
  tfIdf,
  type Kernel
} from '../../../models/recommend/kernels.ts'
import { matrixOf } from '../../../models/recommend/matrix.ts'
import { joinLists, neighboursOf } from '../../../models/recommend/neighbours.ts'
import { anyRows, denseOf, interactionsOf, ITEMS, UNITS } from './generate.ts'

const SEED = 6
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const norm = (values: readonly number[]) => Math.sqrt(sum(values.map((value) => value * value)))
const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((value, at) => value * (b[at] ?? 0)))

/** A similarity over the dense columns of the items: written from its formula, without a thought for time. */
type Slow = (column: (item: number) => number[], i: number, j: number) => number

const unitSize = (column: (item: number) => number[], unit: number) =>
  sum(Array.from({ length: ITEMS }, (_, item) => ((column(item)[unit] ?? 0) > 0 ? 1 : 0)))
const unitDegree = (column: (item: number) => number[], unit: number) =>
  sum(Array.from({ length: ITEMS }, (_, item) => column(item)[unit] ?? 0))
const idf = (column: (item: number) => number[], unit: number) =>
  Math.max(0, Math.log(ITEMS / (1 + unitSize(column, unit))))

const slowCosine: Slow = (column, i, j) =>
  dot(column(i), column(j)) / (norm(column(i)) * norm(column(j)) || Infinity)

const slowTfIdf: Slow = (column, i, j) =>
  slowCosine((item) => column(item).map((value, unit) => Math.sqrt(value) * idf(column, unit)), i, j)

const slowBm25: Slow = (column, i, j) => {
  const mean = sum(Array.from({ length: ITEMS }, (_, item) => sum(column(item)))) / ITEMS
  const weighed = (item: number) =>
    column(item).map((value, unit) =>
      value === 0
        ? 0
        : ((value * 3.5) / (2.5 * (0.4 + (0.6 * sum(column(item))) / mean) + value)) * idf(column, unit)
    )
  return dot(weighed(i), weighed(j))
}

const slowRp3beta: Slow = (column, i, j) =>
  dot(
    column(i).map((value) => (value / sum(column(i))) ** 0.8),
    column(j).map((value, unit) => (value / (unitDegree(column, unit) || Infinity)) ** 0.8)
  ) /
  sum(column(j)) ** 0.4

const slowDegreeNormalised: Slow = (column, i, j) =>
  sum(
    column(i).map(
      (value, unit) => (value * (column(j)[unit] ?? 0)) / (unitSize(column, unit) ** 0.7 || Infinity)
    )
  ) /
  (sum(column(i)) ** 0.4 * sum(column(j)) ** 0.2)

const kernels: { name: string; kernel: Kernel; slow: Slow }[] = [
  { name: 'cosine', kernel: cosine, slow: slowCosine },
  { name: 'TF-IDF', kernel: tfIdf, slow: slowTfIdf },
  { name: 'BM25', kernel: bm25({ k1: 2.5, b: 0.6 }), slow: slowBm25 },
  { name: 'RP3beta', kernel: rp3beta({ alpha: 0.8, beta: 0.4 }), slow: slowRp3beta },
  {
    name: 'degree-normalised co-occurrence',
    kernel: degreeNormalised({ unitExponent: 0.7, sourceExponent: 0.4, targetExponent: 0.2 }),
    slow: slowDegreeNormalised
  }
]

describe.each(kernels)('$name', ({ kernel, slow }) => {
  it.each(['targets per source', 'sources per target'] as const)('equals its formula, %s', (keep) => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const dense = denseOf(rows)
        const column = (item: number) => dense.map((row) => row[item] ?? 0)
        const matrix = matrixOf(interactionsOf(rows, UNITS, ITEMS))
        const neighbours = fitItemNeighbours(matrix, kernel, { neighboursMax: ITEMS, keep })
        for (let i = 0; i < ITEMS; i++) {
          const { indexes, scores } = neighboursOf(neighbours, i)
          const found = new Map([...indexes].map((j, at) => [j, scores[at] ?? NaN]))
          expect(found.has(i)).toBe(false)
          for (let j = 0; j < ITEMS; j++) {
            const together = column(i).some((value, unit) => value > 0 && (column(j)[unit] ?? 0) > 0)
            if (i !== j) expect(found.get(j) ?? 0).toBeCloseTo(together ? slow(column, i, j) : 0, 4)
          }
        }
      }),
      { seed: SEED }
    )
  })

  it('is the same whether one worker fits all items or several a range each', () => {
    fc.assert(
      fc.property(anyRows, fc.nat(ITEMS), (rows, cut) => {
        const matrix = matrixOf(interactionsOf(rows, UNITS, ITEMS))
        const options = { neighboursMax: 3, keep: 'targets per source' } as const
        const lists = (from: number, to: number) => fitItemLists(matrix, kernel, { ...options, from, to })
        const parts = joinLists([...lists(0, cut), ...lists(cut, ITEMS)])
        expect(parts).toEqual(fitItemNeighbours(matrix, kernel, options))
      }),
      { seed: SEED }
    )
  })
})
