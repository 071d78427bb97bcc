import type { ClickHouseClient } from '@clickhouse/client'
import type { ServedReplenishment } from '../models/contracts/served-stock.ts'

type Kept = {
  version: string
  before: ReadonlyMap<string, ServedReplenishment>
  records: readonly ServedReplenishment[]
}

/** Keeps what is said of ordering where it is not what was said before. */
export async function keepReplenishment(
  clickhouse: ClickHouseClient,
  { version, before, records }: Kept
): Promise<void> {
  const made_at = new Date().toISOString()
  const values = records
    .filter((record) => whatIsSaid(record) !== whatIsSaid(before.get(record.product_id)))
    .map((record) => ({ made_at, version, ...rowOf(record) }))
  if (values.length === 0) return
  await clickhouse.insert({
    table: 'mart.replenishment',
    values,
    format: 'JSONEachRow',
    // The token makes a repeat of the request harmless.
    clickhouse_settings: {
      date_time_input_format: 'best_effort',
      async_insert: 0,
      insert_deduplication_token: version
    }
  })
}

/** The position alone moves with every sale, which the ledger knows. */
const whatIsSaid = (record: ServedReplenishment | undefined): string =>
  record
    ? JSON.stringify([record.order.state, record.order.quantity, record.reorder_point, record.order_up_to])
    : ''

const rowOf = (record: ServedReplenishment) => ({
  product_id: record.product_id,
  supplier_id: record.supplier_id ?? '',
  state: record.order.state,
  suggestion_id: record.suggestion_id ?? '',
  quantity: record.order.quantity,
  why: record.order.why,
  position: record.position,
  reorder_point: record.reorder_point,
  order_up_to: record.order_up_to,
  service_level: record.terms.service_level,
  order_cost: record.order_cost,
  order_value: record.order_value,
  currency: record.currency,
  simulated: record.simulated.length > 0
})
