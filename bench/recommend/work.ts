import { remembering, inDeviations, weightedSum } from '../../models/recommend/blended-model.ts'
import type { Matrix } from '../../models/recommend/matrix.ts'
import { matrixOfPairs, shapeOf, type Shape } from '../pairs/matrix-of-pairs.ts'
import { validationCut, type Cut, type Question } from './cut.ts'
import type { Pairs } from '../pairs/data-set.ts'
import { families } from './families.ts'
import { modelOf, type Fitted } from './fitted.ts'
import { judgeAll, type Accuracy } from './judge.ts'
import type { Settings } from '../tuning/search.ts'
import { tuneFamily, type TuneOptions, type Tuned } from './tune.ts'

/** The weight of the second model when that of the first is 1. */
export type BlendOfTwo = { first: number; second: number; weight: number }
/** What is fitted and who is asked: the validation cut of the training pairs, or all of them. */
export type Ground = { on: 'cut' } | { on: 'everything'; shape: Shape }
export type Job =
  | { do: 'tune'; family: string; options: TuneOptions }
  | { do: 'fit'; family: string; settings: Settings; ground: Ground }
  | {
      do: 'judge'
      ground: Ground
      models: readonly Fitted[]
      /** Judged after the models themselves; numbers are places among them. */
      blends: readonly BlendOfTwo[]
      questions: readonly Question[]
    }
export type Done = {
  tune: Tuned
  fit: { fitted: Fitted; seconds: number }
  /** Of the models, then of the blends. */
  judge: Accuracy[]
}

/**
 * Does one job after the other, each from the training pairs alone and what it is handed. Whoever calls it may be a thread.
 * What two jobs share is made once.
 */
export function createWork(train: Pairs, report: (line: string) => void): (job: Job) => Done[Job['do']] {
  let cut: Cut | undefined
  let everything: Matrix | undefined
  const cutOf = () => (cut ??= validationCut(train, shapeOf(train)))
  const matrixOf = (ground: Ground): Matrix =>
    ground.on === 'cut' ? cutOf().matrix : (everything ??= matrixOfPairs(train, ground.shape))
  return (job) => {
    switch (job.do) {
      case 'tune':
        return tuneFamily(familyOf(job.family), cutOf(), { ...job.options, report })
      case 'fit': {
        const matrix = matrixOf(job.ground)
        report(`fitting ${job.family} to ${job.ground.on === 'cut' ? 'the cut' : 'all training pairs'}`)
        const started = performance.now()
        const fitted = familyOf(job.family).createFit(matrix)(job.settings)
        return { fitted, seconds: (performance.now() - started) / 1000 }
      }
      case 'judge': {
        report(`asking ${job.questions.length} users`)
        const models = job.models.map((fitted) => remembering(modelOf(fitted)))
        const even = models.map((model) => remembering(inDeviations(model)))
        const blends = job.blends.flatMap(({ first, second, weight }) => {
          const [one, two] = [even[first], even[second]]
          return one && two
            ? [
                weightedSum([
                  { model: one, weight: 1 },
                  { model: two, weight }
                ])
              ]
            : []
        })
        return judgeAll([...models, ...blends], matrixOf(job.ground), job.questions)
      }
    }
  }
}

function familyOf(name: string) {
  const family = families.find((one) => one.name === name)
  if (!family) throw new Error(`no family of models is called ${name}`)
  return family
}
