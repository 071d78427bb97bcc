import { packSessions, SESSIONS_A_BLOCK } from '../models/contracts/served-sessions.ts'
import { WORK_IDS_FIELD } from '../models/contracts/served.ts'
import { sessionSettings } from '../models/recommend/settings.ts'
import { readRows } from './clickhouse.ts'
import { createIndex } from './interactions.ts'
import type { JobPorts, JobResult } from './job.ts'
import { publish } from './redis.ts'

/**
 * Publishes what visitors looked at in one go: lists of works and nothing else, so that no record names anybody. It runs even
 * when nothing is new, because what was erased must go.
 */
export async function publishSessions({
  clickhouse,
  redis,
  progress
}: Pick<JobPorts, 'clickhouse' | 'redis' | 'progress'>): Promise<JobResult> {
  progress(0, 2, 'sessions: reading')
  const { sessionsMax, visitorSessionsMax, sessionDays, sessionItemsMax } = sessionSettings
  const rows = await readRows<{ work_ids: string[] }>(clickhouse, 'sessions', {
    sessions_max: sessionsMax,
    visitor_sessions_max: visitorSessionsMax,
    days: sessionDays,
    items_max: sessionItemsMax
  })
  progress(1, 2, 'sessions: publishing')
  const index = createIndex()
  const sessions = rows.map(({ work_ids }) => work_ids.map(index.numberOf))
  const { version } = await publish(redis, 'sessions', [
    [WORK_IDS_FIELD, JSON.stringify(index.list)],
    ...blocksOf(sessions)
  ])
  progress(2, 2, 'sessions: done')
  return { version, detail: `${sessions.length} sessions on ${index.list.length} works` }
}

function blocksOf(sessions: readonly number[][]): [id: string, block: Buffer][] {
  return Array.from({ length: Math.ceil(sessions.length / SESSIONS_A_BLOCK) }, (_, block) => {
    const from = block * SESSIONS_A_BLOCK
    return [String(block), packSessions(sessions.slice(from, from + SESSIONS_A_BLOCK))]
  })
}
