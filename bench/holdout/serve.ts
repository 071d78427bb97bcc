import type { ScoredIndexes } from '../../models/contracts/served.ts'
import { createBlender } from '../../models/recommend/blend.ts'
import { fitCoOccurrence } from '../../models/recommend/co-occurrence.ts'
import { fitContent } from '../../models/recommend/content.ts'
import { weighHistory } from '../../models/recommend/history.ts'
import { neighboursOf, type Neighbours } from '../../models/recommend/neighbours.ts'
import { fitPopularity, popularItems } from '../../models/recommend/popularity.ts'
import type { RecommendSettings } from '../../models/recommend/settings.ts'
import { basketInteractions, titlesOf, type Purchases, type Question } from './purchases.ts'

const blend = createBlender()

export const K = 20

/** What is served: lists, as the jobs publish them. */
export type Lists = { boughtTogether: Neighbours; similar: Neighbours; popular: ScoredIndexes }

/** Fits what the settings ask for and keeps the last of each kind, since a search changes one setting at a time. */
export function createFitter(training: Purchases, nowMs: number): (settings: RecommendSettings) => Lists {
  const interactions = basketInteractions(training)
  const documents = titlesOf(training).map((title) => ({ title, attributes: {} }))
  const boughtTogether = keepLast((settings: RecommendSettings['coOccurrence']) =>
    fitCoOccurrence(interactions, { ...settings, nowMs })
  )
  const similar = keepLast((neighboursMax: number) => fitContent(documents, { neighboursMax }))
  const popular = keepLast(({ halfLifeDays, k }: { halfLifeDays: number; k: number }) =>
    popularItems(fitPopularity(interactions, { nowMs, halfLifeDays }), k)
  )
  return (settings) => ({
    boughtTogether: boughtTogether(settings.coOccurrence),
    similar: similar(settings.contentNeighboursMax),
    popular: popular({ halfLifeDays: settings.popularityHalfLifeDays, k: settings.popularItemsMax })
  })
}

function keepLast<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  let last: { key: string; value: Value } | undefined
  return (key) => {
    const text = JSON.stringify(key)
    if (last?.key !== text) last = { key: text, value: compute(key) }
    return last.value
  }
}

/** The best works that the customer does not have, from the lists and the latest of the history alone. */
export function answer(
  lists: Lists,
  { owned }: Question,
  settings: RecommendSettings,
  nowMs: number
): number[] {
  const recommendations = blend({
    history: weighHistory(
      { items: [...owned.keys()], occurredAtMs: [...owned.values()] },
      { nowMs, halfLifeDays: settings.historyHalfLifeDays, itemsMax: settings.historyItemsMax }
    ),
    sources: [
      {
        name: 'bought_together',
        weight: settings.boughtTogetherWeight,
        listOf: (work) => neighboursOf(lists.boughtTogether, work)
      },
      { name: 'similar', weight: settings.contentWeight, listOf: (work) => neighboursOf(lists.similar, work) }
    ],
    popular: [{ name: 'popular', weight: settings.popularityWeight, list: lists.popular }],
    excluded: (work) => owned.has(work),
    k: K
  })
  return recommendations.map(({ item }) => item)
}
