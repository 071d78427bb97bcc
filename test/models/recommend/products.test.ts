import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { multiplyRows } from '../../../models/recommend/products.ts'

const sizes = fc.record({
  rows: fc.integer({ min: 0, max: 11 }),
  columns: fc.integer({ min: 0, max: 9 }),
  length: fc.integer({ min: 1, max: 7 })
})
const numbers = (count: number) =>
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: count, maxLength: count })

test('all rows with all rows are the sums of products, whatever is left over by the tiles', () => {
  const cases = sizes.chain(({ rows, columns, length }) =>
    fc.tuple(
      fc.constant({ rows, columns, length }),
      numbers(rows * length),
      numbers(columns * length),
      fc.boolean()
    )
  )
  fc.assert(
    fc.property(cases, ([{ rows, columns, length }, a, b, lowerOnly]) => {
      const into = new Float64Array(rows * columns).fill(NaN)
      multiplyRows(
        { values: Float64Array.from(a), count: rows },
        { values: Float64Array.from(b), count: columns },
        into,
        { length, lowerOnly }
      )
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < (lowerOnly ? Math.min(columns, i + 1) : columns); j++) {
          let sum = 0
          for (let k = 0; k < length; k++) sum += (a[i * length + k] ?? 0) * (b[j * length + k] ?? 0)
          expect(into[i * columns + j]).toBe(sum)
        }
      }
    }),
    { seed: 1, numRuns: 300 }
  )
})
