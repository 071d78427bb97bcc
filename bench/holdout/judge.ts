import { meanOf } from '../../models/recommend/bootstrap.ts'
import {
  fitBuyAgain,
  purchaseDays,
  rankBuyAgain,
  type BuyAgainSettings
} from '../../models/recommend/buy-again.ts'
import { scoreNeighbours, type Neighbours } from '../../models/recommend/neighbours.ts'
import { weighHistory } from '../../models/recommend/history.ts'
import { fitPopularity } from '../../models/recommend/popularity.ts'
import type { Question } from '../../models/recommend/questions.ts'
import { createServedRanker } from '../../models/recommend/served-blend.ts'
import type { ServedLists } from '../../models/recommend/served-models.ts'
import type { RecommendSettings } from '../../models/recommend/settings.ts'
import { topK } from '../../models/recommend/top-k.ts'
import { basketInteractions, knownInteractions, type Purchases } from './purchases.ts'
import { recallOf } from './recall.ts'

export const K = 20

export type Judged = { recalls: number[]; recall: number }
export const judged = (recalls: number[]): Judged => ({ recalls, recall: meanOf(recalls) })

type Served = { settings: RecommendSettings; nowMs: number }

/** What the API would answer to each customer, from lists as they are published. */
export function answersOf(
  lists: ServedLists,
  questions: readonly Question[],
  { settings, nowMs }: Served
): number[][] {
  const rank = createServedRanker(lists, settings, nowMs)
  return questions.map(({ owned }) =>
    rank(
      { items: [...owned.keys()], occurredAtMs: [...owned.values()] },
      { k: K, excluded: (work) => owned.has(work) }
    )
  )
}

export function judgeLists(lists: ServedLists, questions: readonly Question[], served: Served): Judged {
  const answers = answersOf(lists, questions, served)
  return judged(questions.map(({ fresh }, at) => recallOf(answers[at] ?? [], fresh)))
}

/** One model alone, all its scores and not only what would be published of them. */
export function judgeNeighbours(
  neighbours: Neighbours,
  questions: readonly Question[],
  { settings, nowMs }: Served
): Judged {
  const { historyHalfLifeDays: halfLifeDays, historyItemsMax: itemsMax } = settings
  return judged(
    questions.map(({ owned, fresh }) => {
      const seen = { items: [...owned.keys()], occurredAtMs: [...owned.values()] }
      const scores = scoreNeighbours(neighbours, weighHistory(seen, { nowMs, halfLifeDays, itemsMax }))
      return recallOf(topK(scores, K, { excluded: (work) => owned.has(work) }).indexes, fresh)
    })
  )
}

export type Popularity = { halfLifeDays: number; of: 'everybody' | 'known customers' }

export const popularities: readonly Popularity[] = (['everybody', 'known customers'] as const).flatMap((of) =>
  [1, 2, 3, 3.5, 4, 5, 7, 10, 14, 21, 30, 60, Infinity].map((halfLifeDays) => ({ halfLifeDays, of }))
)

/** Recall of each decayed popularity list, best first: what a shop without a recommender could show. */
export function judgePopularity(training: Purchases, questions: readonly Question[], nowMs: number) {
  const interactions = {
    everybody: basketInteractions(training),
    'known customers': knownInteractions(training)
  }
  return popularities
    .map((popularity) => {
      const scores = fitPopularity(interactions[popularity.of], {
        nowMs,
        halfLifeDays: popularity.halfLifeDays
      })
      const recalls = questions.map(({ owned, fresh }) =>
        recallOf(topK(scores, K, { excluded: (work) => owned.has(work) }).indexes, fresh)
      )
      return { ...popularity, ...judged(recalls) }
    })
    .toSorted((a, b) => b.recall - a.recall)
}

/** Buying again is another question: works the customer has, in the order of the model of its own. */
export function judgeAgain(
  training: Purchases,
  questions: readonly Question[],
  { settings, nowMs }: { settings: BuyAgainSettings; nowMs: number }
): Judged {
  const wanted = new Map(questions.map((question) => [question.customer, question.again]))
  const data = { purchases: training, interactions: basketInteractions(training) }
  const model = fitBuyAgain(data, { settings, nowMs })
  const recalls: number[] = []
  for (const [customer, days] of purchaseDays(training, (known) => wanted.has(known))) {
    const again = wanted.get(customer)
    if (again && again.size > 0) recalls.push(recallOf(rankBuyAgain(model, days, K).indexes, again))
  }
  return judged(recalls)
}
