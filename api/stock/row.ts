import { Type, type TSchema } from 'typebox'
import type { ServedProduct } from '../../models/contracts/served.ts'
import type { ServedDecision, ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { usualLeadDays } from '../../models/inventory/lead-time.ts'
import type { Cells, SalesColumn } from '../sales-formats.ts'
import { Currency, Money, Nullable, Simulated } from '../routes/schemas.ts'
import { FigureColumns, figureCells } from './figures.ts'
import { moneyOf } from './money.ts'

const Text = (description: string) => Nullable(Type.String(), { description })
const Figure = (description: string) => Nullable(Type.Number(), { description })

export const ReplenishmentColumns = {
  product_id: Type.String(),
  title: Type.String(),
  format: Text('cd, vinyl, dvd …'),
  category: Text('Of the product, or else its genre'),
  supplier_id: Text('Who delivers it'),
  suggestion_id: Text('Names the suggestion: to be sent with a decision. Null where nothing is suggested'),
  ...FigureColumns,
  on_hand: Figure('Units in the shop; null when never counted'),
  reserved: Figure('Units promised'),
  on_order: Figure('Units on their way'),
  lead_time_days: Figure('Days from order to delivery: as agreed, or the mean of five or more deliveries'),
  review_days: Type.Number({ description: 'Days from one order to the next' }),
  service_level: Type.Number({ description: 'Share of lead times to end without running out' }),
  pack_size: Type.Number(),
  minimum_order: Type.Number(),
  unit_cost: Nullable(Money, { description: 'A decimal string' }),
  unit_price: Nullable(Money, { description: 'A decimal string' }),
  currency: Currency,
  abc: Text('A, B or C: by what it brings'),
  xyz: Text('X, Y or Z: by how even its demand is'),
  is_dead: Type.Boolean({ description: 'Nothing of it was sold for 90 days' }),
  threshold: Figure('Units below which somebody said it is low'),
  alerts: Type.Array(Type.String(), { description: 'Active: low_stock, stock_out' }),
  decision: Text('accepted, edited or snoozed'),
  decided_at: Text('When'),
  decided_quantity: Figure('Units that were ordered'),
  snoozed_until: Text('When a snoozed suggestion comes back'),
  decided_by: Text('Who'),
  simulated: Simulated
}
export const ReplenishmentRow = Type.Object(ReplenishmentColumns)

export type Row = ReturnType<typeof rowOf>

export const categoryOf = ({ attributes }: ServedProduct): string | null =>
  attributes['category'] || attributes['genre'] || null

export const leadTimeOf = ({ terms }: ServedReplenishment): number | null => usualLeadDays(terms)

/** One flat row, as lists, boards and CSV have it. */
export function rowOf(
  record: ServedReplenishment,
  { product, decision }: { product: ServedProduct; decision: ServedDecision | null }
) {
  const { terms, stock } = record
  return {
    product_id: record.product_id,
    title: product.title,
    format: product.format,
    category: categoryOf(product),
    supplier_id: record.supplier_id,
    suggestion_id: record.suggestion_id,
    ...figureCells(record),
    on_hand: stock?.on_hand ?? null,
    reserved: stock?.reserved ?? null,
    on_order: stock?.on_order ?? null,
    lead_time_days: leadTimeOf(record),
    review_days: terms.review_days,
    service_level: terms.service_level,
    pack_size: terms.pack_size,
    minimum_order: terms.minimum_order,
    unit_cost: moneyOf(record.unit_cost),
    unit_price: moneyOf(record.unit_price),
    currency: record.currency,
    abc: record.abc,
    xyz: record.xyz,
    is_dead: record.is_dead,
    threshold: record.threshold,
    alerts: record.alerts.map(({ alert }) => alert),
    decision: decision?.decision ?? null,
    decided_at: decision?.at ?? null,
    decided_quantity: decision?.quantity ?? null,
    snoozed_until: decision?.until ?? null,
    decided_by: decision?.author ?? null,
    simulated: record.simulated
  }
}

const MONEY = new Set(['order_cost', 'order_value', 'unit_cost', 'unit_price'])

/** Every column of the rows, in their order. */
export const csvColumns: SalesColumn[] = Object.entries<TSchema>(ReplenishmentColumns).map(
  ([name, schema]) => ({ name, type: MONEY.has(name) ? 'money' : isNumber(schema) ? 'number' : 'text' })
)
function isNumber(schema: TSchema): boolean {
  const type: unknown = 'type' in schema ? schema.type : undefined
  return (Array.isArray(type) ? type : [type]).some((one) => one === 'number' || one === 'integer')
}

/** A list becomes a text. */
export const csvCells = (row: Row): Cells => ({
  ...row,
  alerts: row.alerts.join(' '),
  simulated: row.simulated.join(' ')
})
