import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { Matrix } from '../models/recommend/matrix.ts'
import type { Model } from '../models/recommend/recommender.ts'
import { blendOf, type Blend } from './recommend/blend.ts'
import { questionsOf } from './recommend/cut.ts'
import { identify, readDataFile, type DataFile } from './pairs/data-set.ts'
import { matrixOfPairs, shapeOf } from './pairs/matrix-of-pairs.ts'
import { families, type Family } from './recommend/families.ts'
import { judgeAll, remembering, valueOf, type Accuracy } from './recommend/judge.ts'
import type { Settings } from './recommend/search.ts'
import { tune, type TuneOptions, type Tuned } from './recommend/tune.ts'

export const help = `Recommendations on a data set of RecZoo's format, by its protocol. Needs --data.

  npm run -s bench recommend -- --data DIR [--minutes 15] [--only "sparse ridge"]

DIR holds train.txt and test.txt: a user and their items a line, ids from 0. Every user with test items is asked; every item
is ranked, those of the user's training part left out; recall@20 is hits / test items, NDCG@20 has binary gains. Where the
files are those of a published data set (AmazonCDs_m1), their md5 says so; files that only look like it are refused.
All settings are searched on a validation cut of train.txt, coarse to fine; test.txt is opened when they are chosen. --minutes
bounds the search, not the fits that follow it. The figures of the last line are those of the model that was best on the cut.`

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      minutes: { type: 'string', default: '15' },
      only: { type: 'string' }
    }
  })
  const minutes = Number(values.minutes)
  if (values.data === undefined) throw new Error('--data names a folder with train.txt and test.txt')
  if (!(minutes > 0 && minutes <= 600)) throw new Error('--minutes is a number above 0, up to 600')
  const directory = values.data
  const chosen = families.filter(({ name }) => values.only === undefined || name === values.only)
  if (chosen.length === 0) throw new Error(`--only is one of: ${families.map(({ name }) => name).join(', ')}`)
  const started = performance.now()
  return recommend({
    readTrain: () => readDataFile(directory, 'train.txt'),
    readTest: () => readDataFile(directory, 'test.txt'),
    families: chosen,
    halvings: 1,
    evaluationsMax: 40,
    clock: () => (performance.now() - started) / 1000,
    secondsMax: 60 * minutes,
    report: (line) => process.stderr.write(`${line}\n`),
    print: (line) => process.stdout.write(`${line}\n`)
  })
}

export type RecommendInput = Omit<TuneOptions, 'shape'> & {
  readTrain: () => Promise<DataFile>
  /** Asked for when every setting is chosen, and not before. */
  readTest: () => Promise<DataFile>
  families: readonly Family[]
  print: (line: string) => void
}

export async function recommend(input: RecommendInput): Promise<Record<string, unknown>> {
  const { clock, report, print } = input
  const train = await input.readTrain()
  const { tuned, blend, tunedOn } = tune(train.pairs, input.families, {
    ...input,
    shape: shapeOf(train.pairs)
  })
  const tuneSeconds = clock()
  const test = await input.readTest()
  const dataSet = identify(train, test)
  const matrix = matrixOfPairs(train.pairs, shapeOf(train.pairs, test.pairs))
  const questions = questionsOf(test.pairs)
  const fitted = tuned.map((one) => fitToAll(one, matrix, input))
  if (blend) fitted.push(blendFitted(blend, fitted))
  report(`${clock().toFixed(0)} s: asking ${questions.length} users`)
  const accuracies = judgeAll(
    fitted.map(({ model }) => model),
    matrix,
    questions
  )
  const judged = fitted.map((one, at) => ({ ...one, test: accuracies[at] ?? { recall: 0, ndcg: 0 } }))
  printTable(judged, print)
  const best = judged.toSorted((a, b) => valueOf(b.validation) - valueOf(a.validation))[0]
  if (!best) throw new Error('no model was judged')
  return {
    data_set: dataSet,
    users: questions.length,
    items: matrix.itemCount,
    model: best.name,
    recall_at_20: round(best.test.recall),
    ndcg_at_20: round(best.test.ndcg),
    settings: best.settings,
    tuned_on: tunedOn,
    validation_recall_at_20: round(best.validation.recall),
    validation_ndcg_at_20: round(best.validation.ndcg),
    fit_s: round(best.fitSeconds),
    tune_s: round(tuneSeconds),
    cores: availableParallelism(),
    models: Object.fromEntries(judged.map((one) => [one.name, figuresOf(one)]))
  }
}

type Fitted = Omit<Tuned, 'family'> & { name: string; model: Model; fitSeconds: number }
type Judged = Fitted & { test: Accuracy }

function fitToAll(tuned: Tuned, matrix: Matrix, { clock, report }: RecommendInput): Fitted {
  const { family, settings } = tuned
  report(`${clock().toFixed(0)} s: fitting ${family.name} to all training pairs`)
  const before = clock()
  const model = remembering(family.createFit(matrix)(settings))
  return { ...tuned, name: family.name, model, fitSeconds: clock() - before }
}

/** Of what was fitted already. */
function blendFitted({ base, other, weight, validation }: Blend, fitted: readonly Fitted[]): Fitted {
  const [one, two] = [base, other].map(({ family }) => fitted.find(({ name }) => name === family.name))
  if (!one || !two) throw new Error('the blend is of models that were fitted')
  return {
    name: 'blend',
    settings: { ...prefixed(one), ...prefixed(two), weight },
    validation,
    tried: 0,
    model: blendOf(one.model, two.model, weight),
    fitSeconds: one.fitSeconds + two.fitSeconds
  }
}

function prefixed({ name, settings }: Fitted): Settings {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${name}: ${key}`, value]))
}

function figuresOf({ settings, test, fitSeconds }: Judged) {
  return {
    recall_at_20: round(test.recall),
    ndcg_at_20: round(test.ndcg),
    fit_s: round(fitSeconds),
    settings
  }
}

function printTable(judged: readonly Judged[], print: (line: string) => void): void {
  print('model            recall@20  NDCG@20   on the cut: recall  NDCG     fit s   tried  settings')
  for (const { name, test, validation, fitSeconds, tried, settings } of judged) {
    const figures = [test.recall, test.ndcg, validation.recall, validation.ndcg].map((value) =>
      value.toFixed(4)
    )
    const [recall = '', ndcg = '', cutRecall = '', cutNdcg = ''] = figures
    print(
      `${name.padEnd(16)} ${recall.padEnd(10)} ${ndcg.padEnd(21)} ${cutRecall.padEnd(7)} ${cutNdcg.padEnd(8)} ` +
        `${fitSeconds.toFixed(1).padEnd(7)} ${String(tried).padEnd(6)} ${settingsText(settings)}`
    )
  }
}

function settingsText(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

function round(value: number): number {
  return Number(value.toFixed(4))
}
