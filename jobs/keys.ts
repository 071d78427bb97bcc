import { randomUUID } from 'node:crypto'
import {
  KEYS_CHANGED_KEY,
  KEYS_KEY,
  REVOKED_KEYS_KEY,
  type KeyScope,
  type ServedKey
} from '../models/contracts/api-keys.ts'
import { readRows } from './clickhouse.ts'
import type { JobPorts, JobResult } from './job.ts'

type Row = Pick<ServedKey, 'key_id' | 'key_hash' | 'label'> & {
  type: 'api_key_issued' | 'api_key_revoked'
  scope: KeyScope
  /** 0: the default of its scope. */
  events_per_second: number
  at_ms: number
  /** 0: never. */
  expires_at_ms: number
}

/** Fills a serving store that lost its API keys. What ingest writes meanwhile stays: both only add. */
export async function rebuildKeys({ clickhouse, redis, progress }: JobPorts): Promise<JobResult> {
  const rows = await readRows<Row>(clickhouse, 'api-keys')
  const pipeline = redis.pipeline()
  for (const row of rows) {
    if (row.type === 'api_key_issued') pipeline.hset(KEYS_KEY, row.key_id, JSON.stringify(keyOf(row)))
    else pipeline.hset(REVOKED_KEYS_KEY, row.key_id, new Date(row.at_ms).toISOString())
  }
  // Last: who sees this text finds everything before it.
  if (rows.length > 0) pipeline.set(KEYS_CHANGED_KEY, randomUUID())
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
  progress(1, 1, 'keys')
  return { version: '', detail: `${rows.length} issues and revocations of API keys` }
}

const keyOf = (row: Row): ServedKey => ({
  key_id: row.key_id,
  key_hash: row.key_hash,
  scope: row.scope,
  label: row.label,
  events_per_second: row.events_per_second || null,
  issued_at: new Date(row.at_ms).toISOString(),
  expires_at: row.expires_at_ms === 0 ? null : new Date(row.expires_at_ms).toISOString()
})
