import { parseArgs } from 'node:util'
import { readSessionFile, sessionsOf, type SessionFile } from './sessions/data-set.ts'
import { families, isServed, PUBLISHED, type Family } from './sessions/families.ts'
import { judge, leadOf, type Judged } from './sessions/judge.ts'
import { tune, type Tuned, type TuneOptions } from './sessions/tune.ts'

export const help = `What a visitor clicks next, by Serenade's protocol. Needs --data.

  npm run -s bench sessions -- --data DIR

DIR holds train.txt, valid.txt and test.txt, tab separated, with a line of names: SessionId, ItemId, Time in seconds.
Every click of a test session but its first is predicted from those before it; models know train.txt alone. MRR@20 and hit
rate are of the next item; recall and NDCG of all items that follow, as Serenade's evaluator reckons them. Intervals are
95 %, bootstrapped over sessions. All settings are searched on valid.txt, coarse to fine; test.txt is opened when they are
chosen. The figures of the last line are those of the model that was best on valid.txt; p90_us is the time of one answer,
with what each item of the session gave to it. mrr_of_new_items: where the next item is new to the session, since others
can be guessed by going back; "new items only" is searched for those and never shows what the session has seen: what is
served. settings_are_served: whether its search chose what the API uses (models/recommend/settings.ts).`

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { data: { type: 'string' } } })
  const directory = values.data
  if (directory === undefined) throw new Error('--data names a folder with train.txt, valid.txt and test.txt')
  return sessions({
    readTrain: () => readSessionFile(directory, 'train.txt'),
    readValid: () => readSessionFile(directory, 'valid.txt'),
    readTest: () => readSessionFile(directory, 'test.txt'),
    families,
    halvings: 1,
    evaluationsMax: 200,
    clockUs: () => 1000 * performance.now(),
    report: (line) => process.stderr.write(`${line}\n`),
    print: (line) => process.stdout.write(`${line}\n`)
  })
}

export type SessionsInput = TuneOptions & {
  readTrain: () => Promise<SessionFile>
  readValid: () => Promise<SessionFile>
  /** Asked for when every setting is chosen, and not before. */
  readTest: () => Promise<SessionFile>
  families: readonly Family[]
  clockUs: () => number
  print: (line: string) => void
}

export async function sessions(input: SessionsInput): Promise<Record<string, unknown>> {
  const train = await input.readTrain()
  const valid = await input.readValid()
  const tuned = input.families.map((family) => tune(family, { train, valid }, input))
  const test = await input.readTest()
  const asked = sessionsOf(test)
  input.report(`asking what comes next in ${asked.length} sessions of test.txt`)
  const rows = tuned.map((one) => ({ ...one, test: judge(one.predict, asked, { ...input, train }) }))
  printTable(rows, input.print)
  const best = rows
    .filter(({ family }) => family.aim === 'next item')
    .toSorted((a, b) => b.validationMrr - a.validationMrr)[0]
  if (!best) throw new Error('no model was judged')
  const published = rows.find(({ family }) => family.name === PUBLISHED)
  const lead = published && leadOf(best.test, published.test)
  if (lead)
    input.print(
      `${best.family.name} over ${PUBLISHED}: ${round(lead.mrr)} (${lead.interval.map(round).join(' to ')})`
    )
  return {
    model: best.family.name,
    ...figuresOf(best),
    lead: lead ? { mrr: round(lead.mrr), interval: lead.interval.map(round) } : null,
    settings_are_served: rows.some(isServed),
    sessions: asked.length,
    train_sessions: train.sessionCount,
    tuned_on: `valid.txt: ${valid.sessionCount} sessions, ${best.tried} settings tried`,
    models: Object.fromEntries(rows.map((row) => [row.family.name, figuresOf(row)]))
  }
}

type Row = Tuned & { test: Judged }

function figuresOf({ settings, validationMrr, test }: Row) {
  return {
    mrr_at_20: round(test.mrr),
    interval: test.interval.map(round),
    hit_rate_at_20: round(test.hitRate),
    ndcg_at_20: round(test.ndcg),
    recall_at_20: round(test.recall),
    coverage: round(test.coverage),
    popularity: round(test.popularity),
    predictions: test.predictions,
    mrr_of_new_items: round(test.newItems.mrr),
    new_items: test.newItems.predictions,
    p90_us: Math.round(test.p90Us),
    validation_mrr_at_20: round(validationMrr),
    settings
  }
}

function printTable(rows: readonly Row[], print: (line: string) => void): void {
  print(
    'model               MRR@20  (95 %)            hit rate  NDCG@20  recall  coverage  popularity  of new  p90 us  on valid'
  )
  for (const { family, test, validationMrr } of rows) {
    const [low, high] = test.interval
    print(
      [
        family.name.padEnd(19),
        test.mrr.toFixed(4).padEnd(7),
        `(${low.toFixed(4)} to ${high.toFixed(4)})`.padEnd(18),
        test.hitRate.toFixed(4).padEnd(9),
        test.ndcg.toFixed(4).padEnd(8),
        test.recall.toFixed(4).padEnd(7),
        test.coverage.toFixed(4).padEnd(9),
        test.popularity.toFixed(4).padEnd(11),
        test.newItems.mrr.toFixed(4).padEnd(7),
        test.p90Us.toFixed(0).padEnd(7),
        validationMrr.toFixed(4)
      ].join(' ')
    )
  }
  const predictions = rows[0]?.test.predictions ?? 0
  print(`${predictions} predictions: every click but the first of each session`)
  for (const { family, settings, tried } of rows)
    print(`${family.name}: ${settingsText(settings)}; of ${tried} tried, for the ${family.aim}`)
}

function settingsText(settings: Tuned['settings']): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

function round(value: number): number {
  return Number(value.toFixed(4))
}
