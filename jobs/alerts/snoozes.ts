import type { AlertState } from '../../models/inventory/alerts.ts'
import { noticeOf, type Snooze } from '../../models/inventory/notices.ts'
import { readRows } from '../clickhouse.ts'
import type { JobPorts } from '../job.ts'
import { fieldOf, type StockAlert } from './kept.ts'

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

/** Until when nobody is told of what is raised; null where people are. */
export function snoozedUntil({ raised_at, as_of, units }: AlertState, snooze: Snooze): string | null {
  if (raised_at === null || as_of === null || units === null) return null
  if (snooze.atMs > as_of || !isHeldBack({ raised_at, atMs: as_of, units }, snooze)) return null
  return snooze.untilMs === undefined ? 'cleared' : new Date(snooze.untilMs).toISOString()
}

/** Whether nobody is to be told of what was raised then, as it is now. */
export const isHeldBack = (
  { raised_at, ...now }: { raised_at: number; atMs: number; units: number },
  snooze: Snooze
): boolean => noticeOf({ raised_at, told_at: null }, now, snooze) === undefined
