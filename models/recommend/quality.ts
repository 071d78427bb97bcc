import { accuracyAt, evaluate, type Answered, type Catalogue, type Figure } from './evaluate.ts'
import { fitBuyAgain, purchaseDays, rankBuyAgain } from './buy-again.ts'
import { fitContent } from './content.ts'
import type { CustomerPurchases } from './questions.ts'
import { createServedRanker } from './served-blend.ts'
import { fitServed, type ServedLists, type ShopData } from './served-models.ts'
import type { RecommendSettings } from './settings.ts'
import { interactionsUntil, type Split } from './time-split.ts'

export type ModelQuality = {
  model: string
  /** What was to be foreseen: works that are new to the customer, or works that they had. */
  question: 'new' | 'again'
  users: number
  figures: Figure[]
}

const KS = [5, 10, 20]
const K_MAX = 20
const ALONE = { boughtTogetherWeight: 0, contentWeight: 0, popularityWeight: 0 }

/** Of the blend, of each list alone, and of the works to buy again, fitted to what was before the cut. */
export function judgeQuality(data: ShopData, split: Split, settings: RecommendSettings): ModelQuality[] {
  const before = dataUntil(data, split.cutMs)
  const lists = fitServed(before, settings)
  const catalogue = catalogueOf(before, split.earlier, settings)
  const judgeAll = (
    model: string,
    question: 'new' | 'again',
    answers: readonly Answered[]
  ): ModelQuality => ({
    model,
    question,
    users: answers.length,
    figures: answers.length === 0 ? [] : KS.flatMap((k) => evaluate(answers, k, catalogue))
  })
  const served = (model: string, weights: Partial<RecommendSettings>) =>
    judgeAll(model, 'new', answersOf(lists, split, { ...settings, ...weights }))
  return [
    served('blend', {}),
    served('bought_together', { ...ALONE, boughtTogetherWeight: 1 }),
    served('similar', { ...ALONE, contentWeight: 1 }),
    served('popular', { ...ALONE, popularityWeight: 1 }),
    judgeAll('buy_again', 'again', againAnswers(before, split, settings))
  ]
}

/** Recall@20 of the blend, customer by customer: what two settings are compared by. */
export function judgeRecalls(data: ShopData, split: Split, settings: RecommendSettings): number[] {
  const lists = fitServed(dataUntil(data, split.cutMs), settings)
  return answersOf(lists, split, settings).map((answer) => accuracyAt(answer, K_MAX).recall)
}

function dataUntil({ interactions, documents }: ShopData, cutMs: number): ShopData {
  return { interactions: interactionsUntil(interactions, cutMs), documents, nowMs: cutMs }
}

function answersOf(
  lists: ServedLists,
  { cutMs, questions }: Split,
  settings: RecommendSettings
): { ranked: number[]; wanted: ReadonlySet<number> }[] {
  const rank = createServedRanker(lists, settings, cutMs)
  return questions
    .filter(({ fresh }) => fresh.size > 0)
    .map(({ owned, fresh }) => ({
      ranked: rank(
        { items: [...owned.keys()], occurredAtMs: [...owned.values()] },
        { k: K_MAX, excluded: (work) => owned.has(work) }
      ),
      wanted: fresh
    }))
}

function againAnswers(
  { interactions }: ShopData,
  { cutMs, earlier, questions }: Split,
  { buyAgain }: RecommendSettings
): Answered[] {
  const wanted = new Map(questions.map(({ customer, again }) => [customer, again]))
  const model = fitBuyAgain({ purchases: earlier, interactions }, { settings: buyAgain, nowMs: cutMs })
  const answers: Answered[] = []
  for (const [customer, days] of purchaseDays(earlier, (known) => wanted.has(known))) {
    const again = wanted.get(customer)
    if (again && again.size > 0)
      answers.push({ ranked: rankBuyAgain(model, days, K_MAX).indexes, wanted: again })
  }
  return answers
}

function catalogueOf(
  { interactions: { itemCount }, documents }: ShopData,
  purchases: CustomerPurchases,
  { contentNeighboursMax }: RecommendSettings
): Catalogue {
  const similar = fitContent(documents, { neighboursMax: contentNeighboursMax })
  return { itemCount, similar, ...countUsers(purchases, itemCount) }
}

/** Customers of each work, each once. */
export function countUsers(purchases: CustomerPurchases, itemCount: number) {
  const itemUsers = new Float64Array(itemCount)
  let userCount = 0
  for (const [, { items }] of purchaseDays(purchases)) {
    if (items.length > 0) userCount++
    for (const item of new Set(Array.from(items))) itemUsers[item] = (itemUsers[item] ?? 0) + 1
  }
  return { itemUsers, userCount }
}
