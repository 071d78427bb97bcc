import { DAY_MS } from '../../models/recommend/recommender.ts'
import type { RecommendSettings } from '../../models/recommend/settings.ts'
import { questionsOf, splitAt, type Purchases } from './purchases.ts'
import { judgePopularity, type Popularity } from './judge.ts'
import { meanOf, recallOf } from './recall.ts'
import { answer, createFitter } from './serve.ts'

export const WINDOW_DAYS = 30

type Change = (settings: RecommendSettings) => RecommendSettings
/** One setting and the values that are tried for it, in this order. */
export type Dimension = { name: string; values: readonly number[]; with: (value: number) => Change }

const kernel =
  (name: 'halfLifeDays' | 'unitExponent' | 'sourceExponent' | 'targetExponent') =>
  (value: number): Change =>
  (settings) => ({ ...settings, coOccurrence: { ...settings.coOccurrence, [name]: value } })
const top =
  (name: 'historyHalfLifeDays' | 'contentWeight' | 'popularityWeight') =>
  (value: number): Change =>
  (settings) => ({ ...settings, [name]: value })

/** What fits again comes first. Sizes of lists are not tuned: they are what a profile and a publish may cost. */
export const dimensions: readonly Dimension[] = [
  { name: 'halfLifeDays', values: [7, 14, 21, 30, 60], with: kernel('halfLifeDays') },
  { name: 'unitExponent', values: [0.5, 0.75, 1, 1.25], with: kernel('unitExponent') },
  { name: 'targetExponent', values: [0.2, 0.3, 0.4, 0.5, 0.6], with: kernel('targetExponent') },
  { name: 'sourceExponent', values: [0, 0.2, 0.4, 0.6], with: kernel('sourceExponent') },
  { name: 'contentWeight', values: [0, 0.1, 0.2, 0.4], with: top('contentWeight') },
  { name: 'popularityWeight', values: [0.02, 0.05, 0.1, 0.2], with: top('popularityWeight') },
  { name: 'historyHalfLifeDays', values: [60, 180, 365, 1000], with: top('historyHalfLifeDays') }
]

/** Where the search starts: slow ageing, and popularity only where neighbours have nothing to say (a weight of 0 would leave guests without any). */
export const startSettings: RecommendSettings = {
  coOccurrence: {
    halfLifeDays: 60,
    unitExponent: 0.5,
    sourceExponent: 0.4,
    targetExponent: 0.4,
    neighboursMax: 200,
    keep: 'targets per source'
  },
  historyHalfLifeDays: 180,
  historyItemsMax: 50,
  popularityHalfLifeDays: 5,
  popularItemsMax: 500,
  contentNeighboursMax: 100,
  boughtTogetherWeight: 1,
  contentWeight: 0,
  popularityWeight: 0.02
}

export type Tuned = {
  settings: RecommendSettings
  recall: number
  /** The best decayed popularity on the same days. */
  popularity: Popularity & { recall: number }
  tried: number
}

/**
 * Coordinate descent on the last `WINDOW_DAYS` of the training part, fitted on what precedes them: one setting at a time,
 * each over its grid, `passes` times. It is handed the training part only, so what is hidden from it cannot choose.
 * No clock and no chance: the same purchases choose the same settings. The half-life of the popular list is the one that
 * is best alone, since that list alone is what guests get.
 */
export function tune(
  training: Purchases,
  { endMs, passes, report }: { endMs: number; passes: number; report: (line: string) => void }
): Tuned {
  const nowMs = endMs - WINDOW_DAYS * DAY_MS
  const { training: earlier, window } = splitAt(training, nowMs)
  const questions = questionsOf(earlier, window).filter(({ fresh }) => fresh.size > 0)
  const fitLists = createFitter(earlier, nowMs)
  const seen = new Map<string, number>()
  const evaluate = (settings: RecommendSettings): number => {
    const key = JSON.stringify(settings)
    const known = seen.get(key)
    if (known !== undefined) return known
    const lists = fitLists(settings)
    const recalls = questions.map((question) =>
      recallOf(answer(lists, question, settings, nowMs), question.fresh)
    )
    seen.set(key, meanOf(recalls))
    return meanOf(recalls)
  }
  const popularities = judgePopularity(earlier, questions, nowMs)
  const popular = popularities.find(({ of }) => of === 'everybody') ?? popularities[0]
  if (!popular) throw new Error('no popularity was judged')
  const start = { ...startSettings, popularityHalfLifeDays: popular.halfLifeDays }
  let best = { settings: start, recall: evaluate(start) }
  for (let pass = 0; pass < passes; pass++) {
    const before = best.recall
    for (const dimension of dimensions) {
      for (const value of dimension.values) {
        const settings = dimension.with(value)(best.settings)
        const recall = evaluate(settings)
        if (recall > best.recall) best = { settings, recall }
      }
      report(
        `pass ${pass + 1}: ${dimension.name}: recall ${best.recall.toFixed(4)} after ${seen.size} settings`
      )
    }
    if (best.recall === before) break
  }
  return { ...best, popularity: popularities[0] ?? popular, tried: seen.size }
}
