import type { Notice } from './notices.ts'

/** A notice with whom it is for: a buyer, a supplier, a shop. */
export type Addressed = Notice & { product_id: string; alert: 'low_stock' | 'stock_out'; group: string }
export type Digest = { group: string; lines: Addressed[]; left_out: number }

const LINES_MAX = 100
const ALERTS = ['stock_out', 'low_stock'] as const

/**
 * One message a group instead of one a product. Of each product and alert the last word counts, and what was raised and cleared
 * since the last digest is not worth a line. Stock-outs first, then the fewest units; cleared ones at the end.
 */
export function digestOf(notices: readonly Addressed[], linesMax = LINES_MAX): Digest[] {
  const groups = Map.groupBy(notices, ({ group }) => group)
  return [...groups]
    .map(([group, own]) => {
      const lines = lastWords(own).toSorted(byWeight)
      return { group, lines: lines.slice(0, linesMax), left_out: Math.max(0, lines.length - linesMax) }
    })
    .filter(({ lines }) => lines.length > 0)
    .toSorted((a, b) => compare(a.group, b.group))
}

function lastWords(notices: readonly Addressed[]): Addressed[] {
  const byAlert = Map.groupBy(notices, ({ product_id, alert }) => JSON.stringify([product_id, alert]))
  return [...byAlert.values()].flatMap((own) => {
    const ordered = own.toSorted(byTime)
    const [first, last] = [ordered[0], ordered.at(-1)]
    if (!last || (first?.kind === 'raised' && last.kind === 'cleared')) return []
    return [last]
  })
}

const byTime = (a: Addressed, b: Addressed) =>
  a.atMs - b.atMs ||
  Number(a.kind === 'cleared') - Number(b.kind === 'cleared') ||
  b.units - a.units ||
  compare(a.kind, b.kind)

const byWeight = (a: Addressed, b: Addressed) =>
  Number(a.kind === 'cleared') - Number(b.kind === 'cleared') ||
  ALERTS.indexOf(a.alert) - ALERTS.indexOf(b.alert) ||
  a.units - b.units ||
  compare(a.product_id, b.product_id)

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
