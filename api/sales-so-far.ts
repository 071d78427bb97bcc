import { salesFigures } from '../models/contracts/metrics/sales.ts'
import { WEEK, YEAR_OF_WEEKS } from './sales-days.ts'

export type SoFarQuestion = { at: string; time_zone: string; currency: string[] | undefined }

/** A day until one time of the clock; `days_back` is 0, a week or 52 weeks. */
export type SoFarRow = {
  currency: string
  day: string
  days_back: number
  net_amount: string
  orders: number
  units_sold: number
  latest_sale_at: string
}

const FIGURES = ['net_amount', 'orders', 'units_sold'] as const

/** Each day is asked until the same time of the shop's clock, whatever the clocks did between. Reads three days of lines. */
export function writeSoFarQuery({ at, time_zone, currency }: SoFarQuestion) {
  const figures = FIGURES.map((name) => {
    const figure = salesFigures.find((one) => one.name === name)
    if (!figure) throw new Error(`no figure ${name}`)
    return `${figure.unit === 'money' ? `toString(${figure.sql})` : figure.sql} AS ${name}`
  })
  const query = `
    WITH parseDateTime64BestEffort({at: String}, 3, {zone: String}) AS at
    SELECT
      currency, toString(any(toDate(at))) AS day, toInt32(toDate(at) - sales.day) AS days_back,
      ${figures.join(', ')}, formatDateTime(max(sold_at), '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS latest_sale_at
    FROM mart.sales AS sales
    WHERE sales.day IN (toDate(at), toDate(at) - ${WEEK}, toDate(at) - ${YEAR_OF_WEEKS})
      AND sold_at <= subtractDays(at, toDate(at) - sales.day)
      ${currency ? 'AND currency IN {currency: Array(String)}' : ''}
    GROUP BY currency, days_back
    ORDER BY currency, days_back`
  return { query, query_params: { at, zone: time_zone, ...(currency && { currency }) } }
}
