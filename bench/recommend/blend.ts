import type { Question } from './cut.ts'
import type { Crew } from './crew.ts'
import { valueOf, type Accuracy } from './judge.ts'
import { judgeTogether } from './judge-together.ts'
import { describe, type Tuned } from './tune.ts'

/** The best linear model with the vectors of ALS, which errs elsewhere. */
export type Blend = { first: Tuned; second: Tuned; weight: number; validation: Accuracy }

const LINEAR = ['sparse ridge', 'dense ridge']
const VECTORS = 'implicit ALS'
/** Of the second; the first weighs 1. */
const WEIGHTS = [0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4]
/** Vectors are slow to ask. */
const USERS_MAX = 8_000

/** Chooses the weight on the cut that chose the settings. Undefined where one of the two was left out. */
export async function tuneBlend(
  tuned: readonly Tuned[],
  {
    crew,
    questions: all,
    report
  }: { crew: Crew; questions: readonly Question[]; report: (line: string) => void }
): Promise<Blend | undefined> {
  const [first] = tuned
    .filter(({ name }) => LINEAR.includes(name))
    .toSorted((a, b) => valueOf(b.validation) - valueOf(a.validation))
  const second = tuned.find(({ name }) => name === VECTORS)
  if (!first || !second) return undefined
  const ground = { on: 'cut' } as const
  const fits = await Promise.all(
    [first, second].map(({ name: family, settings }) =>
      crew.work<'fit'>({ do: 'fit', family, settings, ground })
    )
  )
  const accuracies = await judgeTogether(crew, {
    ground,
    models: fits.map(({ fitted }) => fitted),
    blends: WEIGHTS.map((weight) => ({ first: 0, second: 1, weight })),
    questions: all.slice(0, USERS_MAX)
  })
  const options = WEIGHTS.map((weight, at) => ({
    weight,
    validation: accuracies[fits.length + at] ?? { recall: 0, ndcg: 0 }
  }))
  for (const { weight, validation } of options) report(`blend: weight ${weight}: ${describe(validation)}`)
  const best = options.toSorted((a, b) => valueOf(b.validation) - valueOf(a.validation))[0]
  return best && { first, second, ...best }
}
