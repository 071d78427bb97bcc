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
const ITS_YEAR = `WHERE day >= '${YEAR}-01-01' AND day < '${YEAR + 1}-01-01'`

/** A year by month, asked of each mart. */
export const byMonth: Question[] = Object.keys(DIMENSIONS).map((mart) => ({
  mart,
  sql: `SELECT toStartOfMonth(day) AS month, currency, ${SUMS} FROM mart.${mart} ${ITS_YEAR} GROUP BY month, currency ORDER BY month, currency`
}))

/** A year by month and by what the mart is for. */
export const byDimension: Question[] = Object.entries(DIMENSIONS).map(([mart, dimension]) => {
  const keys = `month, currency, ${dimension}`
  const order =
    mart === 'sales_by_product'
      ? 'month, currency, sum(net_amount) DESC, product_id LIMIT 20 BY month, currency'
      : keys
  return {
    mart,
    sql: `SELECT toStartOfMonth(day) AS month, currency, ${dimension}, ${SUMS} FROM mart.${mart} ${ITS_YEAR} GROUP BY ${keys} ORDER BY ${order}`
  }
})
