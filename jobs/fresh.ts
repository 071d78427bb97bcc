import { packScored, servedKey, WORK_IDS_FIELD, type ScoredIndexes } from '../models/contracts/served.ts'
import { whyTooFew } from '../models/recommend/guard.ts'
import { fitFresh } from '../models/recommend/served-models.ts'
import { recommendSettings } from '../models/recommend/settings.ts'
import { readRows } from './clickhouse.ts'
import { parseNote } from './guard.ts'
import type { JobPorts, JobResult } from './job.ts'
import { NAME as WHOLE } from './neighbours.ts'
import { publishTogether, readCurrent, readNote, type Records } from './redis.ts'
import { readShopData } from './shop-data.ts'

/** More than so many is a catalogue or a history that is being loaded: the next whole build brings them. */
const NEW_WORKS_MAX = 500
const TRADED_WORKS_MAX = 5_000

/**
 * Lists of what changed since the last whole build, which stand before its own: of works that were traded since, and of works
 * that it did not know. The others stay as they were. Each is made from all that is stored, so that a run that fails or is
 * left out loses nothing: the next one, or the next whole build, makes the same.
 */
export async function publishFresh({ clickhouse, redis, progress }: JobPorts): Promise<JobResult> {
  const step = (done: number, what: string) => progress(done, 3, `fresh: ${what}`)
  const whole = (await readCurrent(redis))['bought_together']
  const note = parseNote(await readNote(redis, WHOLE), whole)
  if (!note) return { version: '', detail: 'no whole version is served yet' }
  step(0, 'reading')
  const { read_at: since, facts } = note
  const traded = await readRows<{ work_id: string }>(clickhouse, 'traded-works', { since })
  const data = await readShopData(clickhouse)
  // What the whole build would refuse must not come in piece by piece.
  const tooFew = whyTooFew({ ...facts, works: data.index.list.length }, facts)
  if (tooFew !== undefined) throw new Error(`not published, ${tooFew}; what was served stays`)
  const known = new Set(await readWorkIds())
  const described = [...data.index.list.keys()].filter((item) => !known.has(data.index.list[item] ?? ''))
  const items = {
    traded: bounded(
      traded.flatMap(({ work_id }) => data.index.find(work_id) ?? []),
      TRADED_WORKS_MAX
    ),
    described: bounded(described, NEW_WORKS_MAX)
  }
  step(1, 'fitting')
  const lists = fitFresh(data, note.settings ?? recommendSettings, items)
  step(2, 'publishing')
  const { version } = await publishTogether(redis, {
    fresh_bought_together: recordsOf(lists.bought_together),
    fresh_similar: recordsOf(lists.similar)
  })
  step(3, 'done')
  return {
    version,
    detail: `${said(traded.length, items.traded)} traded, ${said(described.length, items.described)} new`
  }

  async function readWorkIds(): Promise<string[]> {
    const text = await redis.hget(servedKey('bought_together', whole ?? ''), WORK_IDS_FIELD)
    return text === null ? [] : (JSON.parse(text) as string[])
  }

  function recordsOf(fresh: ReadonlyMap<number, ScoredIndexes>): Records {
    const records = [...fresh].map(([item, list]) => [data.index.list[item] ?? '', packScored(list)] as const)
    return [[WORK_IDS_FIELD, JSON.stringify(data.index.list)], ...records]
  }
}

const bounded = (items: readonly number[], max: number): readonly number[] =>
  items.length > max ? [] : items

const said = (count: number, taken: readonly number[]): string =>
  count > taken.length ? `${count} (too many: left to the next whole build)` : String(count)
