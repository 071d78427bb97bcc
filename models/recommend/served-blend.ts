import type { ScoredIndexes } from '../contracts/served.ts'
import { createBlender, type BlendInput, type BlendSource } from './blend.ts'
import { weighHistory } from './history.ts'
import { neighboursOf } from './neighbours.ts'
import type { ServedLists } from './served-models.ts'
import type { RecommendSettings } from './settings.ts'

export type ServedReaders = {
  bought_together: BlendSource['listOf']
  similar: BlendSource['listOf']
  popular: ScoredIndexes | undefined
}

/** The same for whoever blends: what each list weighs. */
export function servedSources(
  settings: RecommendSettings,
  { bought_together, similar, popular }: ServedReaders
): Pick<BlendInput, 'sources' | 'popular'> {
  return {
    sources: [
      { name: 'bought_together', weight: settings.boughtTogetherWeight, listOf: bought_together },
      {
        name: 'similar',
        weight: settings.contentWeight,
        listOf: similar,
        fades: { besides: 'bought_together', half: settings.contentFadesAt }
      }
    ],
    popular: popular ? [{ name: 'popular', weight: settings.popularityWeight, list: popular }] : []
  }
}

export type Seen = { items: ArrayLike<number>; occurredAtMs: ArrayLike<number> }

/** Ranks for a customer as the API does, from the lists alone: what they have is left out. */
export function createServedRanker(lists: ServedLists, settings: RecommendSettings, nowMs: number) {
  const blend = createBlender()
  const served = servedSources(settings, {
    bought_together: (item) => neighboursOf(lists.bought_together, item),
    similar: (item) => neighboursOf(lists.similar, item),
    popular: lists.popular
  })
  return (seen: Seen, { k, excluded }: { k: number; excluded: (item: number) => boolean }): number[] => {
    const { historyHalfLifeDays: halfLifeDays, historyItemsMax: itemsMax } = settings
    const history = weighHistory(seen, { nowMs, halfLifeDays, itemsMax })
    return blend({ history, ...served, excluded, k }).map(({ item }) => item)
  }
}
