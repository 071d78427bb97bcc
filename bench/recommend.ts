import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { identify, readDataFile, type DataFile, type Pairs } from './pairs/data-set.ts'
import { shapeOf, type Shape } from './pairs/matrix-of-pairs.ts'
import { tuneBlend, type Blend } from './recommend/blend.ts'
import { createCrew, type Crew } from './recommend/crew.ts'
import { questionsOf, validationCut, type Question } from './recommend/cut.ts'
import { families, type Family } from './recommend/families.ts'
import { judgeTogether } from './recommend/judge-together.ts'
import { valueOf, type Accuracy } from './recommend/judge.ts'
import type { Settings } from './tuning/search.ts'
import type { TuneOptions, Tuned } from './recommend/tune.ts'

export const help = `Recommendations on a data set of RecZoo's format, by its protocol. Needs --data.

  npm run -s bench recommend -- --data DIR [--minutes 10] [--only "sparse ridge"]

DIR holds train.txt and test.txt: a user and their items a line, ids from 0. Every user with test items is asked; every item
is ranked, those of the user's training part left out; recall@20 is hits / test items, NDCG@20 has binary gains. Where the
files are those of a published data set (AmazonCDs_m1), their md5 says so; files that only look like it are refused.
All settings are searched on a validation cut of train.txt, coarse to fine; test.txt is opened when they are chosen. --minutes
bounds the search, not the fits and questions that follow it. Families of models are tuned side by side, one
a core. The figures of the last line are those of the model that was best on the cut.`

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      minutes: { type: 'string', default: '10' },
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
    threads: availableParallelism(),
    halvings: 1,
    evaluationsMax: 40,
    clock: () => (performance.now() - started) / 1000,
    secondsMax: 60 * minutes,
    report: (line) => process.stderr.write(`${line}\n`),
    print: (line) => process.stdout.write(`${line}\n`)
  })
}

export type RecommendInput = Omit<TuneOptions, 'secondsMax'> & {
  readTrain: () => Promise<DataFile>
  /** Asked for when every setting is chosen, and not before. */
  readTest: () => Promise<DataFile>
  families: readonly Family[]
  /** 0: everything is done in this one. */
  threads: number
  /** Of the search, all families together. */
  secondsMax: number
  /** Seconds since the start. */
  clock: () => number
  report: (line: string) => void
  print: (line: string) => void
}

export async function recommend(input: RecommendInput): Promise<Record<string, unknown>> {
  const { clock, print } = input
  const report = (line: string) => input.report(`${clock().toFixed(0)} s: ${line}`)
  const train = await input.readTrain()
  const crew = createCrew(train.pairs, input.threads, report)
  try {
    const { tuned, blend, tunedOn } = await tuneAll(train.pairs, crew, { ...input, report })
    const tuneSeconds = clock()
    const test = await input.readTest()
    const dataSet = identify(train, test)
    const shape = shapeOf(train.pairs, test.pairs)
    const questions = questionsOf(test.pairs)
    const judged = await judgeOnTest({ tuned, blend }, { crew, shape, questions })
    printTable(judged, print)
    const best = judged.toSorted((a, b) => valueOf(b.validation) - valueOf(a.validation))[0]
    if (!best) throw new Error('no model was judged')
    return {
      data_set: dataSet,
      users: questions.length,
      items: shape.itemCount,
      model: best.name,
      recall_at_20: round(best.test.recall),
      ndcg_at_20: round(best.test.ndcg),
      settings: best.settings,
      tuned_on: tunedOn,
      validation_recall_at_20: round(best.validation.recall),
      validation_ndcg_at_20: round(best.validation.ndcg),
      fit_s: round(best.fitSeconds),
      tune_s: round(tuneSeconds),
      threads: Math.max(1, input.threads),
      models: Object.fromEntries(judged.map((one) => [one.name, figuresOf(one)]))
    }
  } finally {
    await crew.close()
  }
}

type Chosen = { tuned: readonly Tuned[]; blend: Blend | undefined }

/** Time is shared out as the families ask for it; the threads take one family after the other. */
async function tuneAll(
  train: Pairs,
  crew: Crew,
  input: RecommendInput
): Promise<Chosen & { tunedOn: string }> {
  const { report, halvings, evaluationsMax, threads, secondsMax } = input
  const shape = shapeOf(train)
  const { questions } = validationCut(train, shape)
  const pairCount = questions.reduce((sum, { wanted }) => sum + wanted.length, 0)
  const tunedOn = `a fifth of the training items of ${questions.length} users (${pairCount} pairs)`
  report(`tuning on ${tunedOn}`)
  const families = input.families.filter(({ itemsMax = Infinity }) => shape.itemCount <= itemsMax)
  const shares = families.reduce((sum, { share }) => sum + share, 0)
  const tuned = await Promise.all(
    families.map(({ name, share }) => {
      const seconds = Math.min(1, (Math.max(1, threads) * share) / shares) * secondsMax
      const options = { halvings, evaluationsMax, secondsMax: seconds }
      return crew.work<'tune'>({ do: 'tune', family: name, options })
    })
  )
  return { tuned, blend: await tuneBlend(tuned, { crew, questions, report }), tunedOn }
}

type Judged = Tuned & { fitSeconds: number; test: Accuracy }

async function judgeOnTest(
  { tuned, blend }: Chosen,
  { crew, shape, questions }: { crew: Crew; shape: Shape; questions: readonly Question[] }
): Promise<Judged[]> {
  const ground = { on: 'everything', shape } as const
  const fits = await Promise.all(
    tuned.map(({ name: family, settings }) => crew.work<'fit'>({ do: 'fit', family, settings, ground }))
  )
  const placeOf = (name: string | undefined) => tuned.findIndex((one) => one.name === name)
  const accuracies = await judgeTogether(crew, {
    ground,
    models: fits.map(({ fitted }) => fitted),
    blends: blend
      ? [{ first: placeOf(blend.first.name), second: placeOf(blend.second.name), weight: blend.weight }]
      : [],
    questions
  })
  const judged = [...tuned, ...(blend ? [namedBlend(blend)] : [])]
  const secondsOf = (name: string) => fits[placeOf(name)]?.seconds ?? 0
  return judged.map((one, at) => ({
    ...one,
    test: accuracies[at] ?? { recall: 0, ndcg: 0 },
    fitSeconds:
      blend && one.name === BLEND
        ? secondsOf(blend.first.name) + secondsOf(blend.second.name)
        : secondsOf(one.name)
  }))
}

const BLEND = 'blend'

function namedBlend({ first, second, weight, validation }: Blend): Tuned {
  const prefixed = ({ name, settings }: Tuned) =>
    Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${name}: ${key}`, value]))
  return { name: BLEND, settings: { ...prefixed(first), ...prefixed(second), weight }, validation, tried: 0 }
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
