import fc from 'fast-check'
import { Matrix as Dense, solve } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { fitImplicitAls, scoreImplicitAls } from '../../../models/recommend/implicit-als.ts'
import { matrixOf } from '../../../models/recommend/matrix.ts'
import { anyRows, denseOf, historyOf, interactionsOf, ITEMS, UNITS, type Row } from './generate.ts'

const SEED = 9
const options = { factors: 3, regularisation: 0.5, alpha: 4, iterations: 6, targetExponent: 0, seed: 1 }
const fit = (rows: readonly Row[], some: Partial<typeof options> = {}) =>
  fitImplicitAls(matrixOf(interactionsOf(rows, UNITS, ITEMS)), { ...options, ...some })
const rowsOf = (vectors: Float64Array) => Dense.from1DArray(ITEMS, options.factors, [...vectors])

/** (Y'Y + regularisation + Y'CY) x = Y'(1 + c) p, as it is written. */
function slowFold(Y: Dense, weights: readonly number[]): number[] {
  const C = Dense.diag(weights.map((weight) => 1 + options.alpha * weight))
  const left = Y.transpose().mmul(C).mmul(Y).add(Dense.eye(options.factors).mul(options.regularisation))
  const p = weights.map((weight) => (weight > 0 ? 1 + options.alpha * weight : 0))
  return solve(left, Y.transpose().mmul(Dense.columnVector(p))).to1DArray()
}

describe('implicit ALS', () => {
  it('folds a history in by the equations as they are written, shorter or longer than a vector', () => {
    fc.assert(
      fc.property(anyRows, fc.uniqueArray(fc.nat(ITEMS - 1)), (rows, items) => {
        const model = fit(rows)
        const Y = rowsOf(model.items)
        const expected = slowFold(
          Y,
          Array.from({ length: ITEMS }, (_, item) => (items.includes(item) ? 1 : 0))
        )
        const scores = scoreImplicitAls(model, historyOf(items))
        const slow = Y.mmul(Dense.columnVector(expected)).to1DArray()
        slow.forEach((score, item) => {
          const held = (model.scale[item] ?? 0) > 0
          expect(scores[item]).toBeCloseTo(held ? score : 0, 5)
        })
      }),
      { seed: SEED }
    )
  })

  it('equals least squares that alternate over dense normal equations', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const weights = new Dense(denseOf(rows))
        let items = rowsOf(fit(rows, { iterations: 0 }).items)
        for (let iteration = 0; iteration < options.iterations; iteration++) {
          const units = new Dense(weights.to2DArray().map((row) => slowFold(items, row)))
          items = new Dense(
            weights
              .transpose()
              .to2DArray()
              .map((row) => slowFold(units, row))
          )
        }
        const fitted = fit(rows).items
        items.to1DArray().forEach((value, at) => expect(fitted[at]).toBeCloseTo(value, 6))
      }),
      { seed: SEED, numRuns: 30 }
    )
  })

  it('comes closer to what it minimises with every iteration', () => {
    const costOf = (rows: readonly Row[], iterations: number) => {
      const Y = rowsOf(fit(rows, { iterations }).items)
      let cost = options.regularisation * Y.norm() ** 2
      for (const weights of denseOf(rows)) {
        const x = slowFold(Y, weights)
        cost += options.regularisation * x.reduce((sum, value) => sum + value * value, 0)
        Y.mmul(Dense.columnVector(x))
          .to1DArray()
          .forEach((score, item) => {
            const weight = weights[item] ?? 0
            cost += (1 + options.alpha * weight) * ((weight > 0 ? 1 : 0) - score) ** 2
          })
      }
      return cost
    }
    fc.assert(
      fc.property(anyRows, (rows) => {
        const costs = [1, 2, 4, 8].map((iterations) => costOf(rows, iterations))
        costs
          .slice(1)
          .forEach((cost, at) => expect(cost).toBeLessThanOrEqual((costs[at] ?? NaN) * (1 + 1e-9)))
      }),
      { seed: SEED, numRuns: 30 }
    )
  })

  it('is the same for the same seed', () => {
    const rows = [0, 1, 2, 3].map((at) => ({ unit: at, item: at % 3 }))
    expect(fit(rows).items).toEqual(fit(rows).items)
  })
})
