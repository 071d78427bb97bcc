import { readFile } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'

export const YEAR = 2025
const DAY_MS = 86_400_000
const DAYS = 365
/** From Monday on: a shop of films and music sells before and on the weekend. */
const WEEKDAYS = [0.85, 0.85, 0.9, 1, 1.3, 1.4, 0.7]
/** Of the order of what one insert of the job writes. */
const INSERT_LINES_MAX = 500_000
const INSERT_LINES_MIN = 1_000
const LINES_PER_CUSTOMER = 100

/** Lines of one insert, and where each of the days from `day` on ends. */
type Chunk = { day: string; ends: number[]; first: number; lines: number }

/** Writes a year of made-up lines into `mart.sales`, day after day as a log would, and answers the seconds it took. */
export async function fillSales(
  clickhouse: ClickHouseClient,
  { lines, tell }: { lines: number; tell: (line: string) => void }
): Promise<number> {
  const query = await readFile(new URL('lines.sql', import.meta.url), 'utf8')
  const customers = Math.max(1, Math.round(lines / LINES_PER_CUSTOMER))
  const startedAtMs = performance.now()
  const seconds = () => (performance.now() - startedAtMs) / 1000
  let toldAt = 0
  for (const chunk of planYear(lines)) {
    await clickhouse.command({ query, query_params: { ...chunk, customers } })
    const done = chunk.first + chunk.lines
    if (done - toldAt < lines / 20 || done === lines) continue
    toldAt = done
    tell(`${done} of ${lines} lines, ${Math.round(done / seconds())} a second`)
  }
  return seconds()
}

/**
 * A year of days with the rhythm of the week and of the year: December sells about twice what July does. A large day is
 * written in parts, small ones together.
 */
export function planYear(lines: number): Chunk[] {
  const weights = Array.from({ length: DAYS }, (_, day) => {
    const weekday = WEEKDAYS[(dateOf(day).getUTCDay() + 6) % 7] ?? 1
    return weekday * (1 + 0.15 * Math.cos((2 * Math.PI * day) / DAYS) + (day > 325 ? 0.6 : 0))
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const chunks: Chunk[] = []
  let weightSoFar = 0
  let first = 0
  let ends: number[] = []
  weights.forEach((weight, day) => {
    weightSoFar += weight
    const end = Math.round((lines * weightSoFar) / total)
    ends.push(end)
    if (end - first < INSERT_LINES_MIN && day < DAYS - 1) return
    const firstDay = dateOf(day + 1 - ends.length)
      .toISOString()
      .slice(0, 10)
    for (; first < end; first += INSERT_LINES_MAX)
      chunks.push({ day: firstDay, ends, first, lines: Math.min(INSERT_LINES_MAX, end - first) })
    first = end
    ends = []
  })
  return chunks
}

const dateOf = (day: number) => new Date(Date.UTC(YEAR, 0, 1) + day * DAY_MS)
