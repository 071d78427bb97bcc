import type { ClickHouseClient } from '@clickhouse/client'
import type { ServedReplenishment } from '../models/contracts/served-stock.ts'
import { readRows } from './clickhouse.ts'

/** By product, what was last said of ordering it. */
export type Said = ReadonlyMap<string, string>

type Kept = { version: string; before: Said; records: readonly ServedReplenishment[] }
type SaidRow = {
  product_id: string
  state: string
  quantity: number
  reorder_point: number | null
  order_up_to: number | null
}

/** From the mart itself: what a process published and did not live to keep is still to be kept. */
export async function readSaid(clickhouse: ClickHouseClient): Promise<Said> {
  const rows = await readRows<SaidRow>(clickhouse, 'last-said')
  return new Map(rows.map(({ product_id, ...said }) => [product_id, textOf(said)]))
}

/** Keeps what is said of ordering where it is not what was said before, and answers what is said now. */
export async function keepReplenishment(
  clickhouse: ClickHouseClient,
  { version, before, records }: Kept
): Promise<Said> {
  const said = new Map(records.map((record) => [record.product_id, whatIsSaid(record)]))
  const made = { made_at: new Date().toISOString(), version }
  const values = [
    ...records.filter(({ product_id }) => said.get(product_id) !== before.get(product_id)).map(rowOf),
    ...goneSince(before, said)
  ].map((row) => ({ ...made, ...row }))
  if (values.length === 0) return said
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
  return said
}

const NOTHING = { state: 'unknown', quantity: 0, reorder_point: null, order_up_to: null }

/** Else what was last suggested of a product that was retired would stand for ever. */
function goneSince(before: Said, said: Said): object[] {
  if (said.size === 0) return []
  return [...before].flatMap(([product_id, last]) =>
    said.has(product_id) || last === textOf(NOTHING)
      ? []
      : { product_id, ...NOTHING, why: 'it is sold no more' }
  )
}

const textOf = ({ state, quantity, reorder_point, order_up_to }: Omit<SaidRow, 'product_id'>): string =>
  JSON.stringify([state, quantity, reorder_point, order_up_to])

/** The position alone moves with every sale, which the ledger knows. */
const whatIsSaid = ({ order, reorder_point, order_up_to }: ServedReplenishment): string =>
  textOf({ ...order, reorder_point, order_up_to })

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
