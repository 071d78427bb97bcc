import { expect, it } from 'vitest'
import { blendedModel } from '../../../models/recommend/blended-model.ts'
import { historyOf } from './generate.ts'

const giving = (...scores: number[]) => ({ score: () => Float32Array.from(scores) })
const scoresOf = (...members: Parameters<typeof blendedModel>[0]) => [
  ...blendedModel(members).score(historyOf([0]))
]

it('does not care for the scale of a model', () => {
  const other = { model: giving(3, 1, 1, 0), weight: 0.5 }
  const small = scoresOf({ model: giving(1, 2, 0, 5), weight: 1 }, other)
  const large = scoresOf({ model: giving(100, 200, 0, 500), weight: 1 }, other)
  large.forEach((score, item) => expect(score).toBeCloseTo(small[item] ?? NaN, 5))
})

it('weighs models by their weights, each over its standard deviation', () => {
  const [first = NaN] = scoresOf({ model: giving(1, -1), weight: 2 }, { model: giving(4, 0), weight: 3 })
  expect(first).toBeCloseTo(2 * 1 + (3 * 4) / 2, 5)
})

it('leaves out a model that tells no item from another', () => {
  const alone = scoresOf({ model: giving(1, 2, 0), weight: 1 })
  expect(scoresOf({ model: giving(1, 2, 0), weight: 1 }, { model: giving(7, 7, 7), weight: 5 })).toEqual(
    alone
  )
})
