import { setTimeout as sleep } from 'node:timers/promises'
import type { Warehouse } from '../clickhouse.ts'
import { addDays } from '../sales-days.ts'

/** A day of a product: what was sold, and whether nothing was left to sell when it ended; null where stock was not counted yet. */
export type HistoryDay = { day: string; units: number; out_of_stock: boolean | null }
export type History = { ok: true; days: HistoryDay[] } | { ok: false; reason: string; cause?: unknown }

/** What a forecast is worth without its history: it must not wait for long. */
const PATIENCE_MS = 1_500

type Asked = { product_id: string; from: string; to: string }

/** Every day from the first sale on, at most from `from` on. A warehouse that is slow or down is a reason, no failure. */
export async function readHistory(
  warehouse: Pick<Warehouse, 'readProductSales' | 'readProductStock'>,
  asked: Asked,
  patienceMs = PATIENCE_MS
): Promise<History> {
  const stopped = new AbortController()
  const late = sleep(patienceMs, { ok: false, reason: 'the warehouse is slow just now' } as const, {
    signal: stopped.signal
  })
  const read = async (): Promise<History> => {
    const [sold, stock] = await Promise.all([
      warehouse.readProductSales(asked, stopped.signal),
      warehouse.readProductStock(asked, stopped.signal)
    ])
    const [first] = sold
    if (!first) return { ok: false, reason: 'nothing of it was ever sold' }
    return { ok: true, days: fillDays({ ...asked, first: first.day }, { sold, stock }) }
  }
  const answer = read().catch((cause: unknown): History => ({
    ok: false,
    reason: 'the warehouse cannot be reached just now',
    cause
  }))
  try {
    return await Promise.race([answer, late])
  } finally {
    // Nobody waits any more: neither for the warehouse nor for the clock.
    stopped.abort()
    late.catch(() => undefined)
  }
}

type Known = { sold: { day: string; units: number }[]; stock: { day: string; sellable: number }[] }

function fillDays({ from, to, first }: Asked & { first: string }, { sold, stock }: Known): HistoryDay[] {
  const units = new Map(sold.map((one) => [one.day, one.units]))
  const days: HistoryDay[] = []
  let at = 0
  let sellable: number | undefined
  for (let day = first > from ? first : from; day <= to; day = addDays(day, 1)) {
    for (let moved = stock[at]; moved && moved.day <= day; moved = stock[++at]) sellable = moved.sellable
    days.push({
      day,
      units: units.get(day) ?? 0,
      out_of_stock: sellable === undefined ? null : sellable <= 0
    })
  }
  return days
}
