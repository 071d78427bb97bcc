import type { ClickHouseClient } from '@clickhouse/client'
import type { CustomerPurchases } from '../models/recommend/questions.ts'
import { readColumns } from './clickhouse.ts'
import { createIndex, type WorkIndex } from './interactions.ts'

/** Oldest first; works that left the catalogue are left out. */
export async function readCustomerPurchases(
  clickhouse: ClickHouseClient,
  works: WorkIndex
): Promise<CustomerPurchases> {
  const table = await readColumns(clickhouse, 'customer-purchases')
  const people = createIndex()
  const [customerIds, workIds, times] = ['customer_id', 'work_id', 'occurred_at_ms'].map((name) =>
    table.getChild(name)
  )
  const customers = new Int32Array(table.numRows)
  const items = new Uint32Array(table.numRows)
  const occurredAtMs = new Float64Array(table.numRows)
  let count = 0
  for (let row = 0; row < table.numRows; row++) {
    const work = works.find(String(workIds?.get(row)))
    if (work === undefined) continue
    customers[count] = people.numberOf(String(customerIds?.get(row)))
    items[count] = work
    occurredAtMs[count++] = Number(times?.get(row))
  }
  return {
    customers: customers.subarray(0, count),
    works: items.subarray(0, count),
    occurredAtMs: occurredAtMs.subarray(0, count)
  }
}
