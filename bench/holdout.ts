import { parseArgs } from 'node:util'
import { DAY_MS } from '../models/recommend/recommender.ts'
import { recommendSettings, type RecommendSettings } from '../models/recommend/settings.ts'
import { judgeAgain, judgeOurs, judgePopularity } from './holdout/judge.ts'
import { questionsOf, readPurchases, splitAt, type Purchases } from './holdout/purchases.ts'
import { bootstrap, weightedMean } from './holdout/recall.ts'
import { tune, WINDOW_DAYS } from './holdout/tune.ts'

export const help = `Recommendations judged by what Online Retail's customers bought next. Needs nothing else.

  npm run -s bench holdout [-- --passes 2]

Purchases are product lines of sold quantity on invoices that were not cancelled, by work. The last 30 days of the file are
hidden. Judged are customers who bought before and then, in those days, works that they had never bought; recall@20 is the
mean over them of (new works among the 20 recommended) / (new works bought). Works bought before are never recommended.
Ours is what is served: published lists, blended from the customer's latest 50 works. Its settings are searched on the 30
days before the hidden ones, fitted on what precedes those; --passes bounds the search (2 take about a minute).
Popularity is the best decayed popularity of 26, chosen on the hidden days themselves, which flatters it;
popularity_tuned_recall_at_20 is the one chosen as ours are. Intervals are 95 %, bootstrapped over customers.
Works bought before and again are judged apart: repeat_recall_at_20. settings_are_published: whether the search chose what
the jobs use (models/recommend/settings.ts).`

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
  { passes, report }: { passes: number; report: (line: string) => void }
) {
  const cutMs = (purchases.occurredAtMs.at(-1) ?? 0) - WINDOW_DAYS * DAY_MS
  const { training, window } = splitAt(purchases, cutMs)
  const chosen = tune(training, { endMs: cutMs, passes, report })
  const { settings } = chosen
  const everybody = questionsOf(training, window)
  const questions = everybody.filter(({ fresh }) => fresh.size > 0)
  const ours = judgeOurs(training, questions, { settings, nowMs: cutMs })
  const popularity = judgePopularity(training, questions, cutMs)
  const best = popularity[0]
  const bestRecalls = best?.recalls ?? []
  const tuned = popularity.find(
    ({ halfLifeDays, of }) => halfLifeDays === chosen.popularity.halfLifeDays && of === chosen.popularity.of
  )
  const interval = (recalls: number[]) =>
    bootstrap(questions.length, (draws) => weightedMean(recalls, draws)).map(round)
  return {
    customers: questions.length,
    recall_at_20: round(ours.recall),
    interval: interval(ours.recalls),
    popularity_recall_at_20: round(best?.recall ?? 0),
    popularity_interval: interval(bestRecalls),
    popularity_half_life_days: best?.halfLifeDays ?? null,
    popularity_tuned_recall_at_20: round(tuned?.recall ?? 0),
    ratio: round(ours.recall / (best?.recall ?? 0)),
    ratio_interval: bootstrap(
      questions.length,
      (draws) => weightedMean(ours.recalls, draws) / weightedMean(bestRecalls, draws)
    ).map(round),
    repeat_customers: everybody.filter(({ again }) => again.size > 0).length,
    repeat_recall_at_20: round(judgeAgain(training, everybody, cutMs)),
    settings,
    settings_are_published: JSON.stringify(flatten(settings)) === JSON.stringify(flatten(recommendSettings)),
    tuned_on: `the ${WINDOW_DAYS} days before the hidden ${WINDOW_DAYS}: recall ${round(chosen.recall)}`,
    validation_recall_at_20: round(chosen.recall),
    validation_popularity_recall_at_20: round(chosen.popularity.recall),
    fit_s: round(ours.fitSeconds)
  }
}

function round(value: number): number {
  return Number(value.toFixed(4))
}

function report(line: string): void {
  process.stderr.write(`${line}\n`)
}

function printTable(result: ReturnType<typeof holdout>): void {
  const { settings, ...figures } = result
  for (const [name, value] of Object.entries({ ...figures, ...flatten(settings) })) {
    process.stdout.write(`${name.padEnd(36)} ${Array.isArray(value) ? value.join(' to ') : value}\n`)
  }
}

/** In the order of their names. */
function flatten({ coOccurrence, ...settings }: RecommendSettings) {
  return Object.fromEntries(
    Object.entries({ ...coOccurrence, ...settings }).toSorted(([a], [b]) => (a < b ? -1 : 1))
  )
}
