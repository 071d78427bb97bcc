import { packScored, WORK_IDS_FIELD, type ScoredIndexes } from '../models/contracts/served.ts'
import { fitCoOccurrence } from '../models/recommend/co-occurrence.ts'
import { fitContent } from '../models/recommend/content.ts'
import { neighboursOf, type Neighbours } from '../models/recommend/neighbours.ts'
import { fitPopularity, popularItems } from '../models/recommend/popularity.ts'
import { recommendSettings } from '../models/recommend/settings.ts'
import { readRows } from './clickhouse.ts'
import { createIndex, readInteractions } from './interactions.ts'
import type { JobPorts, JobResult } from './job.ts'
import { publish } from './redis.ts'

/**
 * Fits and publishes `bought_together`, `similar` and `popular`, all over the same list of works. The clock is the last
 * purchase: a shop that rests, or a file of years ago, is judged by its own time.
 */
export async function publishNeighbours({ clickhouse, redis, progress }: JobPorts): Promise<JobResult> {
  const step = (done: number, what: string) => progress(done, 6, `neighbours: ${what}`)
  step(0, 'reading')
  const works = await readRows<WorkRow>(clickhouse, 'works')
  const index = createIndex(works.map((work) => work.work_id))
  const interactions = await readInteractions(clickhouse, index)
  const latestMs = interactions.occurredAtMs.reduce((latest, atMs) => Math.max(latest, atMs), 0)
  const nowMs = Math.min(latestMs, Date.now())
  step(1, 'bought together')
  const boughtTogether = fitCoOccurrence(interactions, { ...recommendSettings.coOccurrence, nowMs })
  step(2, 'similar')
  const similar = fitContent(works, { neighboursMax: recommendSettings.contentNeighboursMax })
  step(3, 'popular')
  const popularity = fitPopularity(interactions, {
    nowMs,
    halfLifeDays: recommendSettings.popularityHalfLifeDays
  })
  step(4, 'publishing')
  const ids = [WORK_IDS_FIELD, JSON.stringify(index.list)] as const
  const published = await publish(redis, 'bought_together', [ids, ...packLists(boughtTogether, index.list)])
  await publish(redis, 'similar', [ids, ...packLists(similar, index.list)])
  step(5, 'publishing')
  await publish(redis, 'popular', [
    ids,
    ['all', packScored(popularItems(popularity, recommendSettings.popularItemsMax))]
  ])
  step(6, 'done')
  return {
    version: published.version,
    detail: `${works.length} works, ${interactions.items.length} purchases`
  }
}

type WorkRow = { work_id: string; title: string; attributes: Record<string, string> }

/** Works without neighbours have no record. */
function* packLists(neighbours: Neighbours, ids: string[]): Generator<readonly [string, Buffer]> {
  for (const [item, id] of ids.entries()) {
    const list: ScoredIndexes = neighboursOf(neighbours, item)
    if (list.indexes.length > 0) yield [id, packScored(list)]
  }
}
