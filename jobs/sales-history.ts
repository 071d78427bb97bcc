import type { ClickHouseClient } from '@clickhouse/client'
import type { Table } from 'apache-arrow'
import { readColumns } from './clickhouse.ts'

export type SalesHistory = {
  /** Days since 1970-01-01 of the last day of trade that is over; 0 where nothing was ever sold. */
  lastDay: number
  /** Units a day from the first sale to the last day that is over, 0 on days without a sale; empty where nothing was sold. */
  seriesOf: (product_id: string) => Float64Array
}

export async function readSalesHistory(clickhouse: ClickHouseClient, today: number): Promise<SalesHistory> {
  const sold = soldByProduct(await readColumns(clickhouse, 'daily-units'), today)
  let lastDay = 0
  for (const { days } of sold.values()) lastDay = Math.max(lastDay, days.at(-1) ?? 0)
  return {
    lastDay,
    seriesOf(product_id) {
      const own = sold.get(product_id)
      const first = own?.days[0] ?? lastDay + 1
      const series = new Float64Array(lastDay + 1 - first)
      own?.days.forEach((day, at) => (series[day - first] = own.units[at] ?? 0))
      return series
    }
  }
}

/** Rows come by product and day. The day that is not over yet is left out, and so are days that are still to come. */
function soldByProduct(table: Table, today: number): Map<string, { days: number[]; units: number[] }> {
  const [ids, days, units] = ['product_id', 'day_number', 'units'].map((name) => table.getChild(name))
  const sold = new Map<string, { days: number[]; units: number[] }>()
  for (let row = 0; row < table.numRows; row++) {
    const day = Number(days?.get(row))
    if (day >= today) continue
    const product_id = String(ids?.get(row))
    const own = sold.get(product_id) ?? { days: [], units: [] }
    if (own.days.length === 0) sold.set(product_id, own)
    own.days.push(day)
    own.units.push(Number(units?.get(row)))
  }
  return sold
}
