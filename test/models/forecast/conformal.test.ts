import fc from 'fast-check'
import { expect, it } from 'vitest'
import { normalQuantile, poolResiduals } from '../../../models/forecast/conformal.ts'

const SEED = 7

it('takes the ceil((n + 1) p)-th smallest of its quintile', () => {
  const means = Array.from({ length: 100 }, (_, i) => Math.floor(i / 20))
  const residuals = Array.from({ length: 100 }, (_, i) => (i % 20) + 100 * Math.floor(i / 20))
  const pool = poolResiduals(means, residuals)
  expect(pool.quantile(0, 0.5)).toBe(10)
  expect(pool.quantile(3, 0.9)).toBe(318)
  expect(pool.quantile(99, 0.99)).toBe(419)
})

it('never falls as the probability rises', () => {
  const anyPair = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -50, max: 50 }))
  fc.assert(
    fc.property(fc.array(anyPair, { maxLength: 60 }), fc.nat(9), (pairs, mean) => {
      const pool = poolResiduals(
        pairs.map(([own]) => own),
        pairs.map(([, residual]) => residual)
      )
      const quantiles = [0.01, 0.1, 0.5, 0.8, 0.95, 0.99].map((p) => pool.quantile(mean, p))
      expect(quantiles.toSorted((a, b) => a - b)).toEqual(quantiles)
    }),
    { seed: SEED }
  )
})

it('is normal where there is nothing to learn from', () => {
  expect(normalQuantile(0.5)).toBeCloseTo(0, 5)
  expect(normalQuantile(0.95)).toBeCloseTo(1.644854, 5)
  expect(normalQuantile(0.1)).toBeCloseTo(-1.281552, 5)
  expect(poolResiduals([], []).quantile(3, 0.95)).toBeCloseTo(1.644854, 5)
})
