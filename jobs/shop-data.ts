import type { ClickHouseClient } from '@clickhouse/client'
import type { ShopData } from '../models/recommend/served-models.ts'
import { readRows } from './clickhouse.ts'
import { createIndex, readInteractions, type WorkIndex } from './interactions.ts'

export type WorkRow = { work_id: string; title: string; attributes: Record<string, string> }
export type ReadShop = ShopData & {
  index: WorkIndex
  /** By the warehouse's clock: all that it had noted as stored before this is in it. */
  read_at: string
}

/** What the models are fitted to. The clock is the last trade: a shop that rests, or a file of years ago, is judged by its own time. */
export async function readShopData(clickhouse: ClickHouseClient): Promise<ReadShop> {
  const [clock] = await readRows<{ now: string }>(clickhouse, 'clock')
  const works = await readWorks(clickhouse)
  const { index } = works
  const interactions = await readInteractions(clickhouse, index)
  const latestMs = interactions.occurredAtMs.reduce((latest, atMs) => Math.max(latest, atMs), 0)
  const nowMs = Math.min(latestMs, Date.now())
  return { ...works, interactions, nowMs, read_at: clock?.now ?? '' }
}

export async function readWorks(
  clickhouse: ClickHouseClient
): Promise<Pick<ReadShop, 'documents' | 'index'>> {
  const documents = await readRows<WorkRow>(clickhouse, 'works')
  return { documents, index: createIndex(documents.map((work) => work.work_id)) }
}
