import type { ScoredIndexes } from '../contracts/served.ts'
import { fitCoOccurrence, fitCoOccurrenceInThreads, fitCoOccurrenceOf } from './co-occurrence.ts'
import { createContentIndex, fitContent, type ContentDocument } from './content.ts'
import { fitLift, liftList, liftNeighbours } from './lift.ts'
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
export const fitServed = (data: ShopData, settings: RecommendSettings): ServedLists =>
  createServedFitter(data)(settings)

/** The same, what takes longest by several threads. */
export async function fitServedInThreads(
  data: ShopData,
  settings: RecommendSettings,
  report: (what: string) => void
): Promise<ServedLists> {
  const { interactions, nowMs } = data
  const together = await fitCoOccurrenceInThreads(interactions, { ...settings.coOccurrence, nowMs })
  return createServedFitter(data, { fitTogether: () => together })(settings, report)
}

export type FreshLists = Record<'bought_together' | 'similar', ReadonlyMap<number, ScoredIndexes>>

/**
 * The lists of some works only, as a whole build would make them now: of what was traded what goes with it, of what is new
 * what is like it, and of what is like it their lists in which it comes up. Everything else is as it was, but for how often its
 * neighbours were bought since.
 */
export function fitFresh(
  { interactions, documents, nowMs }: ShopData,
  settings: RecommendSettings,
  { traded, described }: Record<'traded' | 'described', readonly number[]>
): FreshLists {
  const lift = fitLift(interactions, { ...settings.lift, nowMs })
  const together = fitCoOccurrenceOf(traded, interactions, { ...settings.coOccurrence, nowMs })
  const index = createContentIndex(documents)
  const contentOf = (item: number) => index.neighboursAt(item, settings.contentNeighboursMax)
  const similar = new Map(described.map((item) => [item, contentOf(item)]))
  for (const item of described) {
    for (const other of similar.get(item)?.indexes ?? [])
      if (!similar.has(other)) similar.set(other, contentOf(other))
  }
  const lifted = (lists: ReadonlyMap<number, ScoredIndexes>) =>
    new Map([...lists].map(([item, list]) => [item, liftList(list, lift)]))
  return { bought_together: lifted(together), similar: lifted(similar) }
}

/** Keeps the last of each step, since a search changes one setting at a time. */
export function createServedFitter(
  { interactions, documents, nowMs }: ShopData,
  { fitTogether = fitCoOccurrence } = {}
): FitServed {
  const together = keepLast((options: RecommendSettings['coOccurrence']) =>
    fitTogether(interactions, { ...options, nowMs })
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
