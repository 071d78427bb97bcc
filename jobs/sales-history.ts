import type { ClickHouseClient } from '@clickhouse/client'
import type { Table } from 'apache-arrow'
import { cleanHistory, type CleanHistory, type HistoryRow } from '../models/forecast/clean-history.ts'
import { readColumns } from './clickhouse.ts'

export type SalesHistory = {
  /** Days since 1970-01-01 of the last day of trade that is over; 0 where nothing was ever sold. */
  lastDay: number
  /** From the first sale to that day; empty where nothing was sold. */
  historyOf: (product_id: string) => CleanHistory
}

/** `today` is not over, so it says nothing yet; what lies after it is a mistake, and is told. */
export async function readSalesHistory(clickhouse: ClickHouseClient, today: number): Promise<SalesHistory> {
  const sold = soldByProduct(await readColumns(clickhouse, 'daily-units'), today)
  let lastDay = 0
  for (const rows of sold.values())
    for (const { day } of rows) if (day < today && day > lastDay) lastDay = day
  return { lastDay, historyOf: (product_id) => cleanHistory(sold.get(product_id) ?? [], { lastDay }) }
}

function soldByProduct(table: Table, today: number): Map<string, HistoryRow[]> {
  const [ids, days, units] = ['product_id', 'day_number', 'units'].map((name) => table.getChild(name))
  const sold = new Map<string, HistoryRow[]>()
  for (let row = 0; row < table.numRows; row++) {
    const day = Number(days?.get(row))
    if (day === today) continue
    const product_id = String(ids?.get(row))
    const own = sold.get(product_id) ?? []
    if (own.length === 0) sold.set(product_id, own)
    own.push({ day, units: Number(units?.get(row)) })
  }
  return sold
}
