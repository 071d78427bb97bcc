import { fitCoOccurrence } from '../../models/recommend/co-occurrence.ts'
import { fitContent } from '../../models/recommend/content.ts'
import type { Question } from '../../models/recommend/questions.ts'
import { fitServed, type ServedLists } from '../../models/recommend/served-models.ts'
import type { RecommendSettings } from '../../models/recommend/settings.ts'
import { judgeLists, judgeNeighbours, type Judged } from './judge.ts'
import { shopDataOf, type Purchases } from './purchases.ts'
import { fitRidge, type RidgeSettings } from './ridge.ts'

type Chosen = { settings: RecommendSettings; ridge: RidgeSettings; nowMs: number }

/** Every model alone: the three lists as they are served, and what they are made of before the lift. */
export function judgeSingles(
  training: Purchases,
  questions: readonly Question[],
  { settings, ridge, nowMs }: Chosen
): { lists: ServedLists; singles: Record<string, Judged> } {
  const data = shopDataOf(training, nowMs)
  const lists = fitServed(data, settings)
  const alone = (weights: Partial<RecommendSettings>) => {
    const none = { boughtTogetherWeight: 0, contentWeight: 0, popularityWeight: 0 }
    return judgeLists(lists, questions, { settings: { ...settings, ...none, ...weights }, nowMs })
  }
  const served = { settings, nowMs }
  const together = fitCoOccurrence(data.interactions, { ...settings.coOccurrence, nowMs })
  const content = fitContent(data.documents, { neighboursMax: settings.contentNeighboursMax })
  return {
    lists,
    singles: {
      bought_together: alone({ boughtTogetherWeight: 1 }),
      similar: alone({ contentWeight: 1 }),
      popular: alone({ popularityWeight: 1 }),
      'co-occurrence without lift': judgeNeighbours(together, questions, served),
      'content without lift': judgeNeighbours(content, questions, served),
      'sparse ridge': judgeNeighbours(fitRidge(training, ridge, nowMs), questions, served)
    }
  }
}
