import fc from 'fast-check'
import { expect, it } from 'vitest'
import { topK } from '../../../models/recommend/top-k.ts'

const SEED = 2

it('equals sort, then slice', () => {
  const anyScore = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.float({ noNaN: true }))
  fc.assert(
    fc.property(fc.array(anyScore), fc.nat(30), (scores, k) => {
      const order = scores
        .map((score, index) => ({ score: Math.fround(score), index }))
        .toSorted((a, b) => (a.score === b.score ? a.index - b.index : b.score - a.score))
        .slice(0, k)
      const best = topK(scores, k)
      expect([...best.indexes]).toEqual(order.map(({ index }) => index))
      expect([...best.scores].map((score) => score + 0)).toEqual(order.map(({ score }) => score + 0))
    }),
    { seed: SEED, numRuns: 500 }
  )
})

it('breaks ties by id, in whatever order the ids come', () => {
  expect([...topK([1, 1, 2, 1], 3, { ids: [9, 4, 7, 2] }).indexes]).toEqual([7, 2, 4])
  expect([...topK([1, 2, 1, 1], 3, { ids: [2, 7, 4, 9] }).indexes]).toEqual([7, 2, 4])
})

it('leaves out what is excluded and what is not a number', () => {
  expect([...topK([5, NaN, 4, 3], 2, { excluded: (id) => id === 0 }).indexes]).toEqual([2, 3])
})

it('answers nothing for a k of 0 or less', () => {
  expect(topK([1], 0).indexes).toHaveLength(0)
  expect(topK([1], -1).indexes).toHaveLength(0)
})

it('equals sort, then slice, where far more candidates come than are kept, in whatever order', () => {
  const anyMany = fc.record({
    scores: fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.float({ noNaN: true })), {
      minLength: 100,
      maxLength: 600
    }),
    order: fc.constantFrom('drawn', 'best last', 'best first'),
    k: fc.integer({ min: 1, max: 90 })
  })
  fc.assert(
    fc.property(anyMany, ({ scores: drawn, order, k }) => {
      const rising = drawn.map(Math.fround).toSorted((a, b) => a - b)
      const scores = { drawn, 'best last': rising, 'best first': rising.toReversed() }[order]
      const ids = scores.map((_, at) => (at * 37) % 601)
      const expected = ids
        .map((id, at) => ({ id, score: Math.fround(scores[at] ?? NaN) }))
        .toSorted((a, b) => b.score - a.score || a.id - b.id)
        .slice(0, k)
      expect([...topK(scores, k, { ids }).indexes]).toEqual(expected.map(({ id }) => id))
    }),
    { seed: SEED, numRuns: 200 }
  )
})
