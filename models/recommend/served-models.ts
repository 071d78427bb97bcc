import type { ScoredIndexes } from '../contracts/served.ts'
import { fitCoOccurrence } from './co-occurrence.ts'
import { fitContent, type ContentDocument } from './content.ts'
import { fitLift, liftNeighbours } from './lift.ts'
import type { Neighbours } from './neighbours.ts'
import { fitPopularity, popularItems } from './popularity.ts'
import type { Interactions } from './recommender.ts'
import type { RecommendSettings } from './settings.ts'

/** What a shop knows: who took what, and what each item is. Documents are in the order of the items. */
export type ShopData = {
  interactions: Interactions
  documents: readonly ContentDocument[]
  nowMs: number
}
/** What is published. */
export type ServedLists = { bought_together: Neighbours; similar: Neighbours; popular: ScoredIndexes }

export type FitServed = (settings: RecommendSettings, report?: (what: string) => void) => ServedLists

/** The one place that knows how the published lists are made: the job publishes them, the bench and the guard judge them. */
export const fitServed = (data: ShopData, settings: RecommendSettings, report?: (what: string) => void) =>
  createServedFitter(data)(settings, report)

/** Keeps the last of each step, since a search changes one setting at a time. */
export function createServedFitter({ interactions, documents, nowMs }: ShopData): FitServed {
  const together = keepLast((options: RecommendSettings['coOccurrence']) =>
    fitCoOccurrence(interactions, { ...options, nowMs })
  )
  const content = keepLast((neighboursMax: number) => fitContent(documents, { neighboursMax }))
  const lift = keepLast((options: RecommendSettings['lift']) => fitLift(interactions, { ...options, nowMs }))
  const popular = keepLast(({ halfLifeDays, k }: { halfLifeDays: number; k: number }) =>
    popularItems(fitPopularity(interactions, { nowMs, halfLifeDays }), k)
  )
  return (settings, report = () => undefined) => {
    const lifted = lift(settings.lift)
    report('bought together')
    const bought_together = liftNeighbours(together(settings.coOccurrence), lifted)
    report('similar')
    const similar = liftNeighbours(content(settings.contentNeighboursMax), lifted)
    report('popular')
    const list = popular({ halfLifeDays: settings.popularityHalfLifeDays, k: settings.popularItemsMax })
    return { bought_together, similar, popular: list }
  }
}

function keepLast<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  let last: { key: string; value: Value } | undefined
  return (key) => {
    const text = JSON.stringify(key)
    if (last?.key !== text) last = { key: text, value: compute(key) }
    return last.value
  }
}
