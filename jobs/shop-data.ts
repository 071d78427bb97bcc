import type { ClickHouseClient } from '@clickhouse/client'
import type { ShopData } from '../models/recommend/served-models.ts'
import { readRows } from './clickhouse.ts'
import { createIndex, readInteractions, type WorkIndex } from './interactions.ts'

export type WorkRow = { work_id: string; title: string; attributes: Record<string, string> }

/** What the models are fitted to. The clock is the last trade: a shop that rests, or a file of years ago, is judged by its own time. */
export async function readShopData(clickhouse: ClickHouseClient): Promise<ShopData & { index: WorkIndex }> {
  const documents = await readRows<WorkRow>(clickhouse, 'works')
  const index = createIndex(documents.map((work) => work.work_id))
  const interactions = await readInteractions(clickhouse, index)
  const latestMs = interactions.occurredAtMs.reduce((latest, atMs) => Math.max(latest, atMs), 0)
  return { documents, index, interactions, nowMs: Math.min(latestMs, Date.now()) }
}
