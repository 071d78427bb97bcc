import type { ClickHouseClient } from '@clickhouse/client'
import { readRows, runStatement } from './clickhouse.ts'
import type { JobPorts, JobResult } from './job.ts'

/** Lines whose orders are looked at together: 200 MB in the warehouse. Ten times as many are too much for a small one. */
const WEIGHT_MAX = 100_000
const ORDERS_MAX = 5_000
const CATALOGUE_RANGE = 200_000
const ATTEMPTS_MAX = 5

type Range = { topic: string; partition: number; epoch: number; from_offset: number; to_offset: number }

/**
 * Brings `mart.sales` to what is stored: the orders of every range of the log that it is not made of yet are reckoned
 * anew from all their steps, and the difference is inserted. So late payments, cancellations and refunds count, an order
 * that is looked at twice changes nothing, and a crash leaves nothing that the next run does not complete.
 */
export async function refreshSales({
  clickhouse,
  progress
}: Pick<JobPorts, 'clickhouse' | 'progress'>): Promise<JobResult> {
  const ranges = await readRows<Range>(clickhouse, 'sales-ranges')
  const total = ranges.reduce((sum, range) => sum + sizeOf(range), 0)
  if (total === 0) {
    progress(1, 1, 'sales: nothing new')
    return { version: '', detail: 'nothing new' }
  }
  let done = 0
  let orders = 0
  for (const range of ranges) {
    for (let rest = range; sizeOf(rest) > 0;) {
      const part = { ...rest, to_offset: await endOf(clickhouse, rest) }
      orders += await correctRange(clickhouse, part)
      await runStatement(clickhouse, 'sales-done', part)
      done += sizeOf(part)
      progress(done, total, 'sales')
      rest = { ...rest, from_offset: part.to_offset }
    }
  }
  return { version: '', detail: `${orders} orders reckoned anew` }
}

/** Mends what was done to `mart.sales` by hand, or by a fault: nothing of the progress counts. */
export async function recheckSales(ports: Pick<JobPorts, 'clickhouse' | 'progress'>): Promise<JobResult> {
  await ports.clickhouse.command({ query: 'TRUNCATE TABLE ops.sales_progress' })
  return refreshSales(ports)
}

const sizeOf = ({ from_offset, to_offset }: Range): number => to_offset - from_offset

async function endOf(clickhouse: ClickHouseClient, range: Range): Promise<number> {
  const { topic, from_offset, to_offset } = range
  if (topic === 'flipside.catalogue') return Math.min(to_offset, from_offset + CATALOGUE_RANGE)
  const bounded = { ...range, to_offset: Math.min(to_offset, from_offset + WEIGHT_MAX) }
  const [row] = await readRows<{ to_offset: number }>(clickhouse, 'sales-range-end', {
    ...bounded,
    weight_max: WEIGHT_MAX
  })
  return Math.min(row?.to_offset ?? to_offset, to_offset)
}

async function correctRange(clickhouse: ClickHouseClient, range: Range): Promise<number> {
  const run = crypto.randomUUID()
  const isCatalogue = range.topic === 'flipside.catalogue'
  await runStatement(clickhouse, isCatalogue ? 'sales-due-products' : 'sales-due-orders', { ...range, run })
  const { order_count } = await readDue(clickhouse, run)
  const parts = Math.ceil(order_count / ORDERS_MAX)
  for (let part = 0; part < parts; part++) {
    const partRun = parts === 1 ? run : `${run}-${part}`
    if (parts > 1) await runStatement(clickhouse, 'sales-part', { run, part_run: partRun, parts, part })
    await correctOrders(clickhouse, { ...range, run: partRun })
  }
  return order_count
}

/**
 * Inserts the difference until there is none. The token names the state that it was reckoned from: of two runs at once
 * one inserts, and whoever comes late finds nothing to correct.
 */
async function correctOrders(clickhouse: ClickHouseClient, part: Range & { run: string }): Promise<void> {
  const { run } = part
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const { state } = await readDue(clickhouse, run)
    await runStatement(clickhouse, 'sales-correct', { run }, `sales:${state}:${attempt}`)
    const [wrong] = await readRows<{ line_count: number }>(clickhouse, 'sales-wrong', part)
    if (wrong?.line_count === 0) return
  }
  throw new Error(`mart.sales is not what its orders give after ${ATTEMPTS_MAX} attempts`)
}

type Due = { order_count: number; state: string }

async function readDue(clickhouse: ClickHouseClient, run: string): Promise<Due> {
  const [row] = await readRows<Due>(clickhouse, 'sales-due', { run })
  if (!row) throw new Error('the warehouse gave no count of due orders')
  return row
}
