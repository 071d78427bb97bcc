import { salesColumns } from '../../models/contracts/metrics/sales-columns.ts'
import { YEAR } from './fill.ts'

export type Question = { mart: string; sql: string }

/** What else each mart is asked by, beside the month. A product's months are cut to the twenty that sell most. */
const DIMENSIONS: Record<string, string> = {
  sales_by_day: 'channel, kind',
  sales_by_hour: 'toHour(hour)',
  sales_by_product: 'product_id',
  sales_by_category: 'category, format',
  sales_by_country: 'country, channel'
}

/** Every column, since a smaller question costs less. */
const SUMS = salesColumns.map((column) => `sum(${column})`).join(', ')
// Amounts of two currencies are never added up.
const KEYS = 'month, currency'
const BY_DAYS = `WHERE day >= '${YEAR}-01-01' AND day < '${YEAR + 1}-01-01'`
/** What is kept by month has no days, so it serves only who asks by month throughout. */
const BY_MONTHS = `WHERE month >= '${YEAR}-01-01' AND month < '${YEAR + 1}-01-01'`

/** A year by month, asked of each mart; the days of the year are named as people do. */
export const byMonth: Question[] = Object.keys(DIMENSIONS).map((mart) => ({
  mart,
  sql: `SELECT toStartOfMonth(day) AS month, currency, ${SUMS} FROM mart.${mart} ${BY_DAYS} GROUP BY ${KEYS} ORDER BY ${KEYS}`
}))

/** A year by month and by what the mart is for. */
export const byDimension: Question[] = Object.keys(DIMENSIONS).map((mart) => askDimension(mart, BY_MONTHS))

/** The dearest of them again by days of the year: any range of days costs this. */
export const byDays: Question[] = [askDimension('sales_by_product', BY_DAYS)]

function askDimension(mart: string, where: string): Question {
  const dimension = DIMENSIONS[mart] ?? ''
  const keys = `${KEYS}, ${dimension}`
  const isCut = mart === 'sales_by_product'
  const order = isCut ? `${KEYS}, sum(net_amount) DESC, product_id LIMIT 20 BY ${KEYS}` : keys
  return {
    mart,
    sql: `SELECT toStartOfMonth(day) AS month, currency, ${dimension}, ${SUMS} FROM mart.${mart} ${where} GROUP BY ${keys} ORDER BY ${order}`
  }
}
