import { parseArgs } from 'node:util'
import { bootstrap, weightedMean } from '../models/recommend/bootstrap.ts'
import { evaluate } from '../models/recommend/evaluate.ts'
import { fitContent } from '../models/recommend/content.ts'
import { countUsers } from '../models/recommend/quality.ts'
import { questionsOf } from '../models/recommend/questions.ts'
import { DAY_MS } from '../models/recommend/recommender.ts'
import { recommendSettings } from '../models/recommend/settings.ts'
import { answersOf, judgeAgain, judgeLists, judgePopularity, K, type Judged } from './holdout/judge.ts'
import { readPurchases, shopDataOf, splitAt, type Purchases } from './holdout/purchases.ts'
import { flatten, printTable, round } from './holdout/print.ts'
import { judgeSingles } from './holdout/singles.ts'
import { tune, WINDOW_DAYS } from './holdout/tune.ts'

export const help = `Recommendations judged by what Online Retail's customers bought next. Needs nothing else.

  npm run -s bench holdout [-- --passes 2]

Purchases are product lines of sold quantity on invoices that were not cancelled, by work. The last 30 days of the file are
hidden. Judged are customers who bought before and then, in those days, works that they had never bought; recall@20 is the
mean over them of (new works among the 20 recommended) / (new works bought). Works bought before are never recommended.
Ours is what is served: published lists, blended from the customer's latest 50 works. Its settings are searched on the 30
days before the hidden ones, fitted on what precedes those; --passes bounds the search (2 take about two minutes).
Popularity is the best decayed popularity of 26, chosen on the hidden days themselves, which flatters it;
popularity_tuned_recall_at_20 is the one chosen as ours are. Intervals are 95 %, bootstrapped over customers; singles are
each model alone, with the ratio of the blend to it on the same draws. metrics are further ones of the blend at 20.
Works bought before and again are judged apart: repeat_recall_at_20 is the list of works to buy again (buy-again.ts).
settings_are_published: whether the search chose what the jobs use (models/recommend/settings.ts).`

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { passes: { type: 'string', default: '2' } } })
  const passes = Number(values.passes)
  if (!Number.isInteger(passes) || passes < 0 || passes > 5)
    throw new Error('--passes is a whole number from 0 to 5')
  report('reading Online Retail')
  const result = holdout(await readPurchases(), { passes, report })
  printTable(result)
  return result
}

/** Pure, but for the seconds that it took. */
export function holdout(
  purchases: Purchases,
  { passes, report: tell }: { passes: number; report: (line: string) => void }
) {
  const cutMs = (purchases.occurredAtMs.at(-1) ?? 0) - WINDOW_DAYS * DAY_MS
  const { training, window } = splitAt(purchases, cutMs)
  const chosen = tune(training, { endMs: cutMs, passes, report: tell })
  const { settings } = chosen
  const everybody = questionsOf(training, window)
  const questions = everybody.filter(({ fresh }) => fresh.size > 0)
  const served = { settings, nowMs: cutMs }
  const { lists, singles } = judgeSingles(training, questions, { ...served, ridge: chosen.ridge })
  const ours = judgeLists(lists, questions, served)
  const popularity = judgePopularity(training, questions, cutMs)
  const [best = { recalls: [], recall: 0, halfLifeDays: null }] = popularity
  const tuned = popularity.find(
    ({ halfLifeDays, of }) => halfLifeDays === chosen.popularity.halfLifeDays && of === chosen.popularity.of
  )
  const again = judgeAgain(training, everybody, { settings: settings.buyAgain, nowMs: cutMs })
  const versus = (other: Judged) => ratioInterval(ours, other)
  return {
    customers: questions.length,
    recall_at_20: round(ours.recall),
    interval: intervalOf(ours),
    popularity_recall_at_20: round(best.recall),
    popularity_interval: intervalOf(best),
    popularity_half_life_days: best.halfLifeDays,
    popularity_tuned_recall_at_20: round(tuned?.recall ?? 0),
    ratio: round(ours.recall / best.recall),
    ratio_interval: versus(best),
    singles: Object.entries(singles).map(([model, single]) => ({
      model,
      recall_at_20: round(single.recall),
      interval: intervalOf(single),
      ratio: round(ours.recall / single.recall),
      ratio_interval: versus(single)
    })),
    metrics: metricsOf(training, {
      answers: answersOf(lists, questions, served).map((ranked, at) => {
        return { ranked, wanted: questions[at]?.fresh ?? new Set<number>() }
      }),
      neighboursMax: settings.contentNeighboursMax,
      nowMs: cutMs
    }),
    repeat_customers: again.recalls.length,
    repeat_recall_at_20: round(again.recall),
    repeat_interval: intervalOf(again),
    settings,
    settings_are_published: JSON.stringify(flatten(settings)) === JSON.stringify(flatten(recommendSettings)),
    tuned_on: `the ${WINDOW_DAYS} days before the hidden ${WINDOW_DAYS}: recall ${round(chosen.recall)}`,
    validation_recall_at_20: round(chosen.recall),
    validation_popularity_recall_at_20: round(chosen.popularity.recall),
    validation_repeat_recall_at_20: round(chosen.againRecall)
  }
}

const intervalOf = ({ recalls }: { recalls: readonly number[] }) =>
  bootstrap(recalls.length, (draws) => weightedMean(recalls, draws)).map(round)

/** Of the blend to another model, on the same draws of customers. */
const ratioInterval = (ours: Judged, other: { recalls: readonly number[] }) =>
  bootstrap(
    ours.recalls.length,
    (draws) => weightedMean(ours.recalls, draws) / weightedMean(other.recalls, draws)
  ).map(round)

type Asked = {
  answers: { ranked: number[]; wanted: ReadonlySet<number> }[]
  neighboursMax: number
  nowMs: number
}

/** Of the blend: what recall does not say. */
function metricsOf(training: Purchases, { answers, neighboursMax, nowMs }: Asked) {
  const figures = evaluate(answers, K, {
    itemCount: training.workCount,
    ...countUsers(training, training.workCount),
    similar: fitContent(shopDataOf(training, nowMs).documents, { neighboursMax })
  })
  return Object.fromEntries(figures.map(({ metric, value }) => [metric, round(value)]))
}

function report(line: string): void {
  process.stderr.write(`${line}\n`)
}
