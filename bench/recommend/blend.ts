import { blendedModel } from '../../models/recommend/blended-model.ts'
import type { Model } from '../../models/recommend/recommender.ts'
import type { Cut } from './cut.ts'
import { judgeAll, remembering, valueOf, type Accuracy } from './judge.ts'
import type { Tuned } from './tune.ts'

/** The best linear model with the vectors of ALS, which errs elsewhere. */
export type Blend = { base: Tuned; other: Tuned; weight: number; validation: Accuracy }

const BASES = ['sparse ridge', 'dense ridge']
const OTHER = 'implicit ALS'
/** Of the other model; the base weighs 1. */
const WEIGHTS = [0.25, 0.5, 0.7, 1, 1.4, 2, 2.8, 4]

/** Chooses the weight on the cut that chose the settings. Undefined where one of the two was left out. */
export function tuneBlend(
  tuned: readonly Tuned[],
  { matrix, questions }: Cut,
  report: (line: string) => void
): Blend | undefined {
  const bases = tuned.filter(({ family }) => BASES.includes(family.name))
  const base = bases.toSorted((a, b) => valueOf(b.validation) - valueOf(a.validation))[0]
  const other = tuned.find(({ family }) => family.name === OTHER)
  if (!base || !other) return undefined
  const [baseModel, otherModel] = [base, other].map(({ family, settings }) =>
    remembering(family.createFit(matrix)(settings))
  )
  if (!baseModel || !otherModel) return undefined
  const blends = WEIGHTS.map((weight) => blendOf(baseModel, otherModel, weight))
  const options = judgeAll(blends, matrix, questions).map((validation, at) => ({
    weight: WEIGHTS[at] ?? 1,
    validation
  }))
  for (const { weight, validation } of options)
    report(
      `blend: weight ${weight}: recall ${validation.recall.toFixed(4)} ndcg ${validation.ndcg.toFixed(4)}`
    )
  const best = options.toSorted((a, b) => valueOf(b.validation) - valueOf(a.validation))[0]
  return best && { base, other, ...best }
}

export function blendOf(base: Model, other: Model, weight: number): Model {
  return blendedModel([
    { model: base, weight: 1 },
    { model: other, weight }
  ])
}
