import { fitPopularity } from '../../models/recommend/popularity.ts'
import { decayed } from '../../models/recommend/recommender.ts'
import type { RecommendSettings } from '../../models/recommend/settings.ts'
import { topK } from '../../models/recommend/top-k.ts'
import { basketInteractions, knownInteractions, type Purchases, type Question } from './purchases.ts'
import { meanOf, recallOf } from './recall.ts'
import { answer, createFitter, K } from './serve.ts'

export type Judged = { recalls: number[]; recall: number; fitSeconds: number }

/** Recall of our lists, customer by customer. */
export function judgeOurs(
  training: Purchases,
  questions: readonly Question[],
  { settings, nowMs }: { settings: RecommendSettings; nowMs: number }
): Judged {
  const started = performance.now()
  const lists = createFitter(training, nowMs)(settings)
  const fitSeconds = (performance.now() - started) / 1000
  const recalls = questions.map((question) =>
    recallOf(answer(lists, question, settings, nowMs), question.fresh)
  )
  return { recalls, recall: meanOf(recalls), fitSeconds }
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
      const recalls = questions.map(({ owned, fresh }) => {
        const top = topK(scores, K, { excluded: (work) => owned.has(work) })
        return recallOf([...top.indexes], fresh)
      })
      return { ...popularity, recalls, recall: meanOf(recalls) }
    })
    .toSorted((a, b) => b.recall - a.recall)
}

const AGAIN_HALF_LIFE_DAYS = 90

/** Buying again is another question: works the customer has, ranked by how often and how lately they bought them. */
export function judgeAgain(training: Purchases, questions: readonly Question[], nowMs: number): number {
  const wanted = new Map(
    questions.filter(({ again }) => again.size > 0).map((question) => [question.customer, question])
  )
  const scores = new Map<number, Map<number, number>>()
  training.customers.forEach((customer, row) => {
    if (!wanted.has(customer)) return
    const own = scores.get(customer) ?? new Map<number, number>()
    const work = training.works[row] ?? 0
    const weight = decayed(training.occurredAtMs[row] ?? 0, { nowMs, halfLifeDays: AGAIN_HALF_LIFE_DAYS })
    scores.set(customer, own.set(work, (own.get(work) ?? 0) + weight))
  })
  return meanOf(
    [...wanted].map(([customer, { again }]) => {
      const own = scores.get(customer) ?? new Map<number, number>()
      const top = topK([...own.values()], K, { ids: [...own.keys()] })
      return recallOf([...top.indexes], again)
    })
  )
}
