import { noticeOf, type Snooze } from '../../models/inventory/notices.ts'
import { readRows } from '../clickhouse.ts'
import type { JobPorts } from '../job.ts'
import { fieldOf, type Kept, type StockAlert } from './kept.ts'

type SnoozeRow = {
  product_id: string
  alert: StockAlert
  at_ms: number
  /** 0: not said. */
  until_ms: number
  worse_below: number | null
}

/** What people last asked for, by field of what is kept. */
export async function readSnoozes(clickhouse: JobPorts['clickhouse']): Promise<Map<string, Snooze>> {
  const rows = await readRows<SnoozeRow>(clickhouse, 'stock-snoozes')
  return new Map(
    rows.map((row) => [
      fieldOf(row),
      {
        atMs: row.at_ms,
        ...(row.until_ms > 0 && { untilMs: row.until_ms }),
        ...(row.worse_below !== null && { worseBelow: row.worse_below })
      }
    ])
  )
}

/** Changes when a snooze ends: then the alerts are to be looked at again, although nothing moved. For `whenNew`. */
export async function readSnoozeEnd(clickhouse: JobPorts['clickhouse']): Promise<string> {
  const [row] = await readRows<{ ended_ms: number }>(clickhouse, 'snooze-ended')
  return String(row?.ended_ms ?? 0)
}

/** Until when nobody is told of what is kept; null where people are. */
export function snoozedUntil(kept: Kept, snooze: Snooze | undefined, atMs: number): string | null {
  if (!snooze || kept.units === null || snooze.atMs > atMs) return null
  const isQuiet = noticeOf({ ...kept, told_at: null }, { atMs, units: kept.units }, snooze) === undefined
  if (!isQuiet) return null
  return snooze.untilMs === undefined ? 'cleared' : new Date(snooze.untilMs).toISOString()
}
