import type { ServedProduct } from '../models/contracts/served.ts'
import { readRows } from './clickhouse.ts'
import type { JobPorts, JobResult } from './job.ts'
import { publish } from './redis.ts'

export async function publishProducts({ clickhouse, redis, progress }: JobPorts): Promise<JobResult> {
  progress(0, 2, 'products: reading')
  const rows = await readRows<ProductRow>(clickhouse, 'products')
  progress(1, 2, 'products: publishing')
  const records = rows.map((row) => [row.product_id, JSON.stringify(toServed(row))] as const)
  const { version, recordCount } = await publish(redis, 'products', records)
  progress(2, 2, 'products')
  return { version, detail: `${recordCount} products` }
}

export type ProductRow = Omit<ServedProduct, 'format' | 'on_hand' | 'recent_units'> & {
  format: string
  /** 64-bit integers come as strings. */
  on_hand: string | null
  recent_units: string
  lead_time_days: number | null
}

function toServed({
  lead_time_days: _,
  format,
  on_hand,
  recent_units,
  ...product
}: ProductRow): ServedProduct {
  return {
    ...product,
    format: format || null,
    on_hand: on_hand === null ? null : Number(on_hand),
    recent_units: Number(recent_units)
  }
}
