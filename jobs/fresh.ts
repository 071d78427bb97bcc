import { packScored, servedKey, WORK_IDS_FIELD, type ScoredIndexes } from '../models/contracts/served.ts'
import { whyTooFew } from '../models/recommend/guard.ts'
import { fitFresh } from '../models/recommend/served-models.ts'
import { recommendSettings, type RecommendSettings } from '../models/recommend/settings.ts'
import { readRows } from './clickhouse.ts'
import { parseNote } from './guard.ts'
import type { WorkIndex } from './interactions.ts'
import type { JobPorts, JobResult } from './job.ts'
import { NAME as WHOLE } from './neighbours.ts'
import { publishTogether, readCurrent, readNote } from './redis.ts'
import { readShopData, readWorks } from './shop-data.ts'

/** More than so many is a catalogue or a history that is being loaded: the next whole build brings them. */
const NEW_WORKS_MAX = 500
const TRADED_WORKS_MAX = 5_000

/**
 * Lists of what changed since the last whole build, which stand before its own: of works that were traded since, and of works
 * that it did not know. The others stay as they were. Each is made from all that is stored, so that a run that fails or is
 * left out loses nothing: the next one, or the next whole build, makes the same.
 */
export async function publishFresh(ports: JobPorts): Promise<JobResult> {
  const { clickhouse, redis } = ports
  const step = (done: number, what: string) => ports.progress(done, 3, `fresh: ${what}`)
  step(0, 'reading')
  const whole = (await readCurrent(redis))['bought_together']
  const note = parseNote(await readNote(redis, WHOLE), whole)
  if (!note || whole === undefined) return { version: '', detail: 'no whole version is served yet' }
  const traded = await readRows<{ work_id: string }>(clickhouse, 'traded-works', { since: note.read_at })
  const { index } = await readWorks(clickhouse)
  // What the whole build would refuse must not come in piece by piece.
  const tooFew = whyTooFew({ ...note.facts, works: index.list.length }, note.facts)
  if (tooFew !== undefined) throw new Error(`not published, ${tooFew}; what was served stays`)
  const known = new Set(await readWorkIds(ports, whole))
  const changed = {
    traded: traded.map(({ work_id }) => work_id),
    described: index.list.filter((work_id) => !known.has(work_id))
  }
  const detail = `${said(changed.traded, TRADED_WORKS_MAX)} traded, ${said(changed.described, NEW_WORKS_MAX)} new`
  const version = await publishLists(ports, note.settings ?? recommendSettings, {
    traded: bounded(changed.traded, TRADED_WORKS_MAX),
    described: bounded(changed.described, NEW_WORKS_MAX)
  })
  step(3, 'done')
  return { version, detail }
}

type Changed = Record<'traded' | 'described', readonly string[]>

/** Nothing is fitted for nothing: a whole build leaves no fresh lists behind. */
async function publishLists(
  { clickhouse, redis, progress }: JobPorts,
  settings: RecommendSettings,
  changed: Changed
): Promise<string> {
  if (changed.traded.length + changed.described.length === 0) return ''
  const data = await readShopData(clickhouse)
  progress(1, 3, 'fresh: fitting')
  const lists = fitFresh(data, settings, {
    traded: numbersOf(changed.traded, data.index),
    described: numbersOf(changed.described, data.index)
  })
  progress(2, 3, 'fresh: publishing')
  const recordsOf = (fresh: ReadonlyMap<number, ScoredIndexes>) => [
    [WORK_IDS_FIELD, JSON.stringify(data.index.list)] as const,
    ...[...fresh].map(([item, list]) => [data.index.list[item] ?? '', packScored(list)] as const)
  ]
  const { version } = await publishTogether(redis, {
    fresh_bought_together: recordsOf(lists.bought_together),
    fresh_similar: recordsOf(lists.similar)
  })
  return version
}

async function readWorkIds({ redis }: JobPorts, version: string): Promise<string[]> {
  const text = await redis.hget(servedKey('bought_together', version), WORK_IDS_FIELD)
  return text === null ? [] : (JSON.parse(text) as string[])
}

const numbersOf = (work_ids: readonly string[], index: WorkIndex): number[] =>
  work_ids.flatMap((work_id) => index.find(work_id) ?? [])

const bounded = (work_ids: readonly string[], max: number): readonly string[] =>
  work_ids.length > max ? [] : work_ids

const said = (work_ids: readonly string[], max: number): string =>
  work_ids.length > max
    ? `${work_ids.length} (too many: left to the next whole build)`
    : String(work_ids.length)
