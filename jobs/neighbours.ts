import { packScored, WORK_IDS_FIELD, type ScoredIndexes } from '../models/contracts/served.ts'
import { factsOf } from '../models/recommend/guard.ts'
import { neighboursOf, type Neighbours } from '../models/recommend/neighbours.ts'
import { fitServedInThreads } from '../models/recommend/served-models.ts'
import { recommendSettings } from '../models/recommend/settings.ts'
import { checkPublish, parseNote, type ServedNote } from './guard.ts'
import type { JobPorts, JobResult } from './job.ts'
import { publishTogether, readCurrent, readNote } from './redis.ts'
import { readShopData } from './shop-data.ts'

export const NAME = 'neighbours'

/** Fits and publishes `bought_together`, `similar` and `popular`, all over the same list of works, unless they are worse than what is served. */
export async function publishNeighbours(ports: JobPorts): Promise<JobResult> {
  const { clickhouse, redis } = ports
  const step = (done: number, what: string) => ports.progress(done, 6, `neighbours: ${what}`)
  step(0, 'reading')
  const data = await readShopData(clickhouse)
  let fitted = 1
  const lists = await fitServedInThreads(data, recommendSettings, (what) => step(fitted++, what))
  step(4, 'comparing')
  const facts = factsOf(lists)
  const served = parseNote(await readNote(redis, NAME), (await readCurrent(redis))['bought_together'])
  const verdict = await checkPublish(clickhouse, data, { facts, served })
  if (!verdict.ok && !ports.anyway)
    throw new Error(
      `not published, ${verdict.reason}; what was served stays. npm run job neighbours -- --anyway publishes it`
    )
  step(5, 'publishing')
  const ids = data.index.list
  const named = [WORK_IDS_FIELD, JSON.stringify(ids)] as const
  const { version } = await publishTogether(
    redis,
    {
      bought_together: packLists(lists.bought_together, ids),
      similar: packLists(lists.similar, ids),
      popular: [named, ['all', packScored(lists.popular)]],
      // What came in since it was read is in none of them yet; the job `fresh` brings it within a minute.
      fresh_bought_together: [named],
      fresh_similar: [named]
    },
    {
      job: NAME,
      noteOf: (version) =>
        JSON.stringify({
          version,
          settings: recommendSettings,
          facts,
          read_at: data.read_at
        } satisfies ServedNote)
    }
  )
  step(6, 'done')
  const why = verdict.ok ? verdict.reason : `published anyway: ${verdict.reason}`
  return { version, detail: `${facts.works} works, ${data.interactions.items.length} purchases; ${why}` }
}

/** Works without neighbours have no record. Packed one by one as they are written. */
function* packLists(neighbours: Neighbours, ids: string[]): Generator<readonly [string, string | Buffer]> {
  yield [WORK_IDS_FIELD, JSON.stringify(ids)]
  for (const [item, id] of ids.entries()) {
    const list: ScoredIndexes = neighboursOf(neighbours, item)
    if (list.indexes.length > 0) yield [id, packScored(list)]
  }
}
