import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGram } from '../../../models/recommend/gram.ts'
import { matrixOf } from '../../../models/recommend/matrix.ts'
import { transposeNeighbours } from '../../../models/recommend/neighbours.ts'
import { transposeRows, type Rows } from '../../../models/recommend/sparse.ts'
import { anyRows, denseOf, interactionsOf, ITEMS, UNITS } from './generate.ts'

const SEED = 5

function toDense({ offsets, indexes, values }: Rows, columnCount: number): number[][] {
  return Array.from({ length: offsets.length - 1 }, (_, row) => {
    const dense = Array.from({ length: columnCount }, () => 0)
    for (let at = offsets[row] ?? 0; at < (offsets[row + 1] ?? 0); at++)
      dense[indexes[at] ?? 0] = values[at] ?? NaN
    return dense
  })
}
const flip = (dense: number[][], columnCount: number) =>
  Array.from({ length: columnCount }, (_, column) => dense.map((row) => row[column] ?? 0))
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

describe('the sparse matrix', () => {
  it('holds the same entries both ways round, with their counts and sums', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const matrix = matrixOf(interactionsOf(rows, UNITS, ITEMS))
        const dense = denseOf(rows)
        expect(toDense(matrix.byUnit, ITEMS)).toEqual(dense)
        expect(toDense(matrix.byItem, UNITS)).toEqual(flip(dense, ITEMS))
        expect([...matrix.unitSizes]).toEqual(dense.map((row) => row.filter(Boolean).length))
        expect([...matrix.unitDegrees]).toEqual(dense.map(sum))
        expect([...matrix.itemDegrees]).toEqual(flip(dense, ITEMS).map(sum))
      }),
      { seed: SEED }
    )
  })

  it('is itself when transposed twice', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { byUnit } = matrixOf(interactionsOf(rows, UNITS, ITEMS))
        expect(transposeRows(transposeRows(byUnit, ITEMS), UNITS)).toEqual(byUnit)
      }),
      { seed: SEED }
    )
  })

  it('gives every row of A times itself, each item once, however rows are asked for', () => {
    fc.assert(
      fc.property(anyRows, fc.array(fc.nat(ITEMS - 1), { maxLength: 20 }), (rows, asked) => {
        const { byItem, byUnit } = matrixOf(interactionsOf(rows, UNITS, ITEMS))
        const dense = denseOf(rows)
        const gramRow = createGram({ own: byItem, other: byUnit }, ITEMS)
        for (const i of asked) {
          const { touched, sums } = gramRow(i)
          expect(new Set(touched).size).toBe(touched.length)
          for (let j = 0; j < ITEMS; j++)
            expect(sums[j]).toBeCloseTo(sum(dense.map((row) => (row[i] ?? 0) * (row[j] ?? 0))), 5)
        }
      }),
      { seed: SEED }
    )
  })

  it('lists neighbours by the other side, best first', () => {
    const neighbours = {
      offsets: Uint32Array.of(0, 2, 3, 3),
      indexes: Uint32Array.of(1, 2, 2),
      scores: Float32Array.of(0.5, 0.25, 0.75)
    }
    expect(transposeNeighbours(neighbours)).toEqual({
      offsets: Uint32Array.of(0, 0, 1, 3),
      indexes: Uint32Array.of(0, 1, 0),
      scores: Float32Array.of(0.5, 0.75, 0.25)
    })
  })
})
