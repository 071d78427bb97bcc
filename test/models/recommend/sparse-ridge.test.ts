import fc from 'fast-check'
import { inverse, Matrix as Dense } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { factorise, invertFactorised, solveFactorised } from '../../../models/recommend/cholesky.ts'
import { fitDenseRidge } from '../../../models/recommend/dense-ridge.ts'
import { matrixOf } from '../../../models/recommend/matrix.ts'
import { joinLists, neighboursOf, transposeNeighbours } from '../../../models/recommend/neighbours.ts'
import { fitRidgeLists, fitSparseRidge } from '../../../models/recommend/sparse-ridge.ts'
import { anyRows, denseOf, interactionsOf, ITEMS, UNITS, type Row } from './generate.ts'

const SEED = 8
const options = {
  unitExponent: 0.3,
  candidateExponent: 0.3,
  candidatesMax: ITEMS,
  ridge: 2,
  penaltyExponent: 0.4,
  targetExponent: 0.1
}
const fit = (rows: readonly Row[], some: Partial<typeof options> = {}) =>
  fitSparseRidge(matrixOf(interactionsOf(rows, UNITS, ITEMS)), { ...options, ...some })

/** EASE by one inverse: B_ij = -P_ij / P_jj with P = (G + penalties)^-1, over what is written densely. */
function denseRidge(rows: readonly Row[]): (i: number, j: number) => number {
  const A = denseOf(rows)
  const sizes = A.map((row) => row.filter(Boolean).length)
  const mean = sizes.reduce((sum, size) => sum + size, 0) / UNITS
  const degrees = Array.from({ length: ITEMS }, (_, i) => A.reduce((sum, row) => sum + (row[i] ?? 0), 0))
  const G = Dense.zeros(ITEMS, ITEMS)
  for (let i = 0; i < ITEMS; i++) {
    for (let j = 0; j < ITEMS; j++)
      A.forEach((row, unit) => {
        const size = sizes[unit] ?? 0
        if (size > 0) G.set(i, j, G.get(i, j) + (row[i] ?? 0) * (row[j] ?? 0) * size ** -0.3)
      })
    // An item that nobody has must not make the inverse fail; its row is 0 all the same.
    G.set(i, i, G.get(i, i) + (2 * mean ** -0.3 * (degrees[i] ?? 0) ** 0.4 || 1))
  }
  const P = inverse(G)
  return (i, j) => (-P.get(i, j) / P.get(j, j)) * ((degrees[j] ?? 0) > 0 ? (degrees[j] ?? 0) ** -0.1 : 0)
}

describe('the sparse ridge', () => {
  it('is the dense ridge when every item is a neighbour of every other', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        // One unit that has everything makes everything a neighbour.
        const all = [...rows, ...Array.from({ length: ITEMS }, (_, item) => ({ unit: 0, item }))]
        const slow = denseRidge(all)
        const neighbours = fit(all)
        for (let i = 0; i < ITEMS; i++) {
          const { indexes, scores } = neighboursOf(neighbours, i)
          expect([...indexes].toSorted()).toEqual(
            Array.from({ length: ITEMS }, (_, j) => j).filter((j) => j !== i)
          )
          indexes.forEach((j, at) => expect(scores[at]).toBeCloseTo(slow(i, j), 5))
        }
      }),
      { seed: SEED }
    )
  })

  it('and the dense ridge that is fitted by one inverse equals it too', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const slow = denseRidge(rows)
        const { values } = fitDenseRidge(matrixOf(interactionsOf(rows, UNITS, ITEMS)), options)
        values.forEach((value, at) => {
          const [i, j] = [Math.floor(at / ITEMS), at % ITEMS]
          expect(value).toBeCloseTo(i === j ? 0 : slow(i, j), 5)
        })
      }),
      { seed: SEED }
    )
  })

  it('has no more sources a target than it may', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const perTarget = transposeNeighbours(fit(rows, { candidatesMax: 2 }))
        for (let j = 0; j < ITEMS; j++)
          expect(neighboursOf(perTarget, j).indexes.length).toBeLessThanOrEqual(2)
      }),
      { seed: SEED }
    )
  })

  it('ranks as co-occurrence over popularity does when the ridge is endless', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const matrix = matrixOf(interactionsOf(rows, UNITS, ITEMS))
        const wide = fit(rows, { ridge: 1e7, targetExponent: 0 })
        const mean = matrix.unitSizes.reduce((sum, size) => sum + size, 0) / UNITS
        const A = denseOf(rows)
        for (let i = 0; i < ITEMS; i++) {
          const { indexes, scores } = neighboursOf(wide, i)
          indexes.forEach((j, at) => {
            const together = A.reduce((sum, row) => {
              const size = row.filter(Boolean).length
              return size === 0 ? sum : sum + (row[i] ?? 0) * (row[j] ?? 0) * size ** -0.3
            }, 0)
            const kernel = together / (1e7 * mean ** -0.3 * (matrix.itemDegrees[i] ?? 0) ** 0.4)
            expect((scores[at] ?? NaN) / kernel).toBeCloseTo(1, 3)
          })
        }
      }),
      { seed: SEED }
    )
  })

  it('is the same in ranges, and for several penalties at once', () => {
    fc.assert(
      fc.property(anyRows, fc.nat(ITEMS), (rows, cut) => {
        const matrix = matrixOf(interactionsOf(rows, UNITS, ITEMS))
        const penalties = [options, { ridge: 9, penaltyExponent: 0 }]
        const lists = (from: number, to: number) => fitRidgeLists(matrix, { ...options, penalties, from, to })
        const [whole, first, second] = [lists(0, ITEMS), lists(0, cut), lists(cut, ITEMS)]
        penalties.forEach((penalty, at) => {
          expect(joinLists([...(first[at] ?? []), ...(second[at] ?? [])])).toEqual(joinLists(whole[at] ?? []))
          const [alone] = fitRidgeLists(matrix, { ...options, penalties: [penalty], from: 0, to: ITEMS })
          expect(alone).toEqual(whole[at])
        })
      }),
      { seed: SEED }
    )
  })

  it('refuses a ridge of nothing', () => {
    expect(() => fit([], { ridge: 0 })).toThrow('ridge')
  })
})

describe('Cholesky', () => {
  it('solves what was multiplied out, whatever the size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 23 }),
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        (n, numbers) => {
          const next = () => numbers.next().value ?? 0
          const X = Dense.from1DArray(n, n, Array.from({ length: n * n }, next))
          const A = X.mmul(X.transpose()).add(Dense.eye(n, n))
          const x = Dense.columnVector(Array.from({ length: n }, next))
          const b = Float64Array.from(A.mmul(x).to1DArray())
          const factor = Float64Array.from(A.to1DArray())
          expect(factorise(factor, n)).toBe(true)
          solveFactorised(factor, n, b)
          b.forEach((value, i) => expect(value).toBeCloseTo(x.get(i, 0), 8))
        }
      ),
      { seed: SEED }
    )
  })

  it('inverts what it factorised, whatever the size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 23 }),
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        (n, numbers) => {
          const X = Dense.from1DArray(
            n,
            n,
            Array.from({ length: n * n }, () => numbers.next().value ?? 0)
          )
          const A = X.mmul(X.transpose()).add(Dense.eye(n, n))
          const inverted = Float64Array.from(A.to1DArray())
          expect(factorise(inverted, n)).toBe(true)
          invertFactorised(inverted, n)
          const expected = inverse(A)
          for (let i = 0; i < n; i++)
            for (let j = 0; j <= i; j++) expect(inverted[i * n + j]).toBeCloseTo(expected.get(i, j), 8)
        }
      ),
      { seed: SEED }
    )
  })

  it('says so when there is no factor', () => {
    expect(factorise(Float64Array.of(1, 0, 2, 1), 2)).toBe(false)
  })
})
