import { DAY_MS } from '../../models/recommend/recommender.ts'
import { questionsOf } from '../../models/recommend/questions.ts'
import { createServedFitter } from '../../models/recommend/served-models.ts'
import type { RecommendSettings } from '../../models/recommend/settings.ts'
import { againDimensions, dimensions, startSettings, type Dimension } from './dimensions.ts'
import { judgeAgain, judgeLists, judgePopularity, type Popularity } from './judge.ts'
import { shopDataOf, splitAt, type Purchases } from './purchases.ts'
import { tuneRidge, type RidgeSettings } from './ridge.ts'

export const WINDOW_DAYS = 30

export type TuneOptions = { endMs: number; passes: number; report: (line: string) => void }
export type Tuned = {
  settings: RecommendSettings
  recall: number
  againRecall: number
  /** The best decayed popularity on the same days. */
  popularity: Popularity & { recall: number }
  ridge: RidgeSettings
  tried: number
}

/**
 * Coordinate descent on the last `WINDOW_DAYS` of the training part, fitted on what precedes them: one setting at a time,
 * each over its grid, `passes` times. It is handed the training part only, so what is hidden from it cannot choose.
 * No clock and no chance: the same purchases choose the same settings. The half-life of the popular list is the one that
 * is best alone, since that list alone is what guests get.
 */
export function tune(training: Purchases, { endMs, passes, report }: TuneOptions): Tuned {
  const nowMs = endMs - WINDOW_DAYS * DAY_MS
  const { training: earlier, window } = splitAt(training, nowMs)
  const everybody = questionsOf(earlier, window)
  const questions = everybody.filter(({ fresh }) => fresh.size > 0)
  const popularities = judgePopularity(earlier, questions, nowMs)
  const popular = popularities.find(({ of }) => of === 'everybody') ?? popularities[0]
  if (!popular) throw new Error('no popularity was judged')
  const start = { ...startSettings, popularityHalfLifeDays: popular.halfLifeDays }
  const fitLists = createServedFitter(shopDataOf(earlier, nowMs))
  const blend = descend(
    start,
    { dimensions, passes, report },
    (settings) => judgeLists(fitLists(settings), questions, { settings, nowMs }).recall
  )
  const again = descend(
    blend.settings,
    { dimensions: againDimensions, passes, report },
    ({ buyAgain }) => judgeAgain(earlier, everybody, { settings: buyAgain, nowMs }).recall
  )
  const served = { settings: again.settings, nowMs }
  return {
    settings: again.settings,
    recall: blend.recall,
    againRecall: again.recall,
    popularity: popularities[0] ?? popular,
    ridge: tuneRidge({ training: earlier, questions, served, passes, report }),
    tried: blend.tried + again.tried
  }
}

type Search = { dimensions: readonly Dimension[]; passes: number; report: (line: string) => void }

function descend(
  start: RecommendSettings,
  { dimensions: searched, passes, report }: Search,
  recallWith: (settings: RecommendSettings) => number
) {
  const seen = new Map<string, number>()
  const evaluate = (settings: RecommendSettings): number => {
    const key = JSON.stringify(settings)
    const recall = seen.get(key) ?? recallWith(settings)
    seen.set(key, recall)
    return recall
  }
  let best = { settings: start, recall: evaluate(start) }
  for (let pass = 0; pass < passes; pass++) {
    const before = best.recall
    for (const { name, values, with: change } of searched) {
      for (const value of values) {
        const settings = change(value)(best.settings)
        const recall = evaluate(settings)
        if (recall > best.recall) best = { settings, recall }
      }
      report(`pass ${pass + 1}: ${name}: recall ${best.recall.toFixed(4)} after ${seen.size} settings`)
    }
    if (best.recall === before) break
  }
  return { ...best, tried: seen.size }
}
