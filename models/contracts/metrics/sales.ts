import type { salesColumns } from './sales-columns.ts'

/** What a figure is measured in. Money is in the currency of its row; currencies are never added. */
export type Unit = 'money' | 'units' | 'count' | 'share' | 'ratio'

/** A figure of trade: its one definition, for the API, the boards and the docs. */
export type SalesFigure = {
  name: string
  meaning: string
  unit: Unit
  /** Whether the figures of parts may be added up to that of the whole, in every dimension. */
  is_additive: boolean
  /** An aggregate over rows of `mart.sales`. */
  sql: string
  /** The same where rows are not whole orders, because something that differs within an order is named. */
  sql_within_orders?: string
}

const sum = <Name extends string, Of extends Unit>(
  name: Name,
  column: (typeof salesColumns)[number],
  unit: Of,
  meaning: string
) => ({ name, meaning, unit, is_additive: true, sql: `sum(${column})` }) as const

// A line and what takes it back cancel out, so an id counts when something of it is left.
const distinct = (id: string, weight: string) =>
  `arrayCount(left -> left > 0, sumMapIf([cityHash64(${id})], [toInt32(${weight})], movement = 'order_placed' AND ${id} != '').2)`

const ORDERS = 'sum(order_count)'
const ORDERS_WITHIN = distinct('order_id', 'line_count')

/** Null instead of a division by nothing. */
const ratio = (part: string, whole: string) => `toFloat64(${part}) / nullIf(toFloat64(${whole}), 0)`
const perOrder = (total: string, orders: string) => `${total} / nullIf(toInt64(${orders}), 0)`

/** Money is exact: decimals as the shop sent them. A share is between 0 and 1, and null where there is nothing to divide by. */
export const salesFigures = [
  sum(
    'gross_amount',
    'gross_amount',
    'money',
    'What was sold, on the day of payment, discounts taken off and postage and fees included'
  ),
  sum(
    'refund_amount',
    'refund_amount',
    'money',
    'What was given back, on the day of the refund, as a negative amount'
  ),
  sum('net_amount', 'net_amount', 'money', 'gross_amount + refund_amount'),
  sum(
    'discount_amount',
    'discount_amount',
    'money',
    'Discount lines of what was sold, as a negative amount; part of gross_amount'
  ),
  sum(
    'cost_amount',
    'cost_amount',
    'money',
    'What the goods cost the shop when they were sold, less those that came back'
  ),
  {
    name: 'margin_amount',
    meaning: 'net_amount of the lines whose cost is known, less cost_amount',
    unit: 'money',
    is_additive: true,
    sql: 'sum(costed_amount) - sum(cost_amount)'
  },
  {
    name: 'margin_rate',
    meaning: 'margin_amount as a share of the net_amount of the lines whose cost is known',
    unit: 'share',
    is_additive: false,
    sql: ratio('sum(costed_amount) - sum(cost_amount)', 'sum(costed_amount)')
  },
  sum('units_sold', 'units_sold', 'units', 'Units of products sold'),
  sum('units_refunded', 'units_refunded', 'units', 'Units of products refunded, as a negative number'),
  sum('lines', 'line_count', 'count', 'Order and refund lines'),
  {
    name: 'orders',
    meaning:
      'Orders paid. By product, category, format or kind: orders with such a line, so that parts overlap',
    unit: 'count',
    is_additive: false,
    sql: ORDERS,
    sql_within_orders: ORDERS_WITHIN
  },
  {
    name: 'customers',
    meaning: 'Different customers who paid an order; guests are not counted',
    unit: 'count',
    is_additive: false,
    sql: distinct('customer_id', 'line_count')
  },
  {
    name: 'average_order_value',
    meaning: 'gross_amount / orders, cut after four decimals',
    unit: 'money',
    is_additive: false,
    sql: perOrder('sum(gross_amount)', ORDERS),
    sql_within_orders: perOrder('sum(gross_amount)', ORDERS_WITHIN)
  },
  {
    name: 'units_per_order',
    meaning: 'units_sold / orders',
    unit: 'ratio',
    is_additive: false,
    sql: ratio('sum(units_sold)', ORDERS),
    sql_within_orders: ratio('sum(units_sold)', ORDERS_WITHIN)
  },
  {
    name: 'refund_rate',
    meaning: 'refund_amount as a share of gross_amount of the same days, as a positive number',
    unit: 'share',
    is_additive: false,
    sql: ratio('-sum(refund_amount)', 'sum(gross_amount)')
  },
  {
    name: 'return_rate',
    meaning: 'Units refunded as a share of units sold in the same days',
    unit: 'share',
    is_additive: false,
    sql: ratio('-sum(units_refunded)', 'sum(units_sold)')
  },
  {
    name: 'discount_rate',
    meaning: 'discount_amount as a share of what gross_amount would be without it',
    unit: 'share',
    is_additive: false,
    sql: ratio('-sum(discount_amount)', 'sum(gross_amount) - sum(discount_amount)')
  }
] as const satisfies readonly SalesFigure[]

type Figures = (typeof salesFigures)[number]
export type SalesFigureName = Figures['name']
/** As the API gives them. */
export type SalesFigureValues = {
  [Figure in Figures as Figure['name']]: Figure['unit'] extends 'money'
    ? string | (Figure['is_additive'] extends true ? never : null)
    : Figure['unit'] extends 'share' | 'ratio'
      ? number | null
      : number
}

/** An average or a share of nothing is none; a sum or a count of nothing is 0. */
export const mayBeNone = ({ is_additive, unit }: SalesFigure): boolean => !is_additive && unit !== 'count'

/** What sales may be grouped and filtered by: a field of the answer, and its expression over rows of `mart.sales`. */
export type SalesDimension = {
  name: string
  meaning: string
  sql: string
  /** Lines of one order may differ in it. */
  is_within_orders: boolean
}

export const salesDimensions = [
  { name: 'country', meaning: 'Where the customer is', sql: 'country', is_within_orders: false },
  {
    name: 'channel',
    meaning: 'web, store, wholesale or rental',
    sql: 'channel',
    is_within_orders: false
  },
  {
    name: 'weekday',
    meaning: 'Monday is 1',
    sql: 'toDayOfWeek({day})',
    is_within_orders: false
  },
  {
    name: 'hour_of_day',
    meaning: '0 to 23, by the clock of the time zone',
    sql: 'toHour(toTimeZone({hour}, {zone}))',
    is_within_orders: false
  },
  {
    name: 'kind',
    meaning: 'product, postage, fee, discount, manual, sample, voucher or bad_debt',
    sql: 'kind',
    is_within_orders: true
  },
  {
    name: 'product_id',
    meaning: 'Product; empty on other kinds of line',
    sql: 'product_id',
    is_within_orders: true
  },
  { name: 'category', meaning: 'Of the product, when it was sold', sql: 'category', is_within_orders: true },
  { name: 'format', meaning: 'Of the product: cd, vinyl, dvd …', sql: 'format', is_within_orders: true }
] as const satisfies readonly SalesDimension[]

export type SalesDimensionName = (typeof salesDimensions)[number]['name']
