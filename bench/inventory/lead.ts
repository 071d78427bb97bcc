import type { Curve, Played } from './play.ts'

const RESAMPLES = 400

/**
 * By how much a policy's fill rate leads a rival's at its own average stock, with the interval that 95 % of shops of as many
 * products drawn from these would have: each is asked anew how much stock that is, and where the rival is with so much.
 */
export function leadAtStock(ours: Played, rival: Curve): { lead: number; low: number; high: number } | null {
  const count = ours.byProduct.stock.length
  const rows = Array.from({ length: count }, (_, row) => row)
  const lead = leadOver(rows, { ours, rival })
  if (lead === null) return null
  const next = chance(7)
  const leads = Array.from({ length: RESAMPLES }, () =>
    leadOver(
      rows.map(() => Math.floor(next() * count)),
      { ours, rival }
    )
  )
    .filter((own) => own !== null)
    .toSorted((a, b) => a - b)
  const at = (share: number) => leads[Math.round(share * (leads.length - 1))] ?? lead
  return { lead, low: at(0.025), high: at(0.975) }
}

function leadOver(rows: readonly number[], { ours, rival }: { ours: Played; rival: Curve }): number | null {
  const own = totalsOf(rows, ours)
  const points = rival.points.map((point) => totalsOf(rows, point)).toSorted((a, b) => a.stock - b.stock)
  for (const [at, after] of points.entries()) {
    const before = points[at - 1] ?? after
    if (own.stock < before.stock || own.stock > after.stock) continue
    const share = after.stock > before.stock ? (own.stock - before.stock) / (after.stock - before.stock) : 0
    return own.fill - (before.fill + share * (after.fill - before.fill))
  }
  return null
}

function totalsOf(rows: readonly number[], { byProduct }: Played): { stock: number; fill: number } {
  const sums = { demanded: 0, filled: 0, stock: 0 }
  for (const row of rows) {
    sums.demanded += byProduct.demanded[row] ?? 0
    sums.filled += byProduct.filled[row] ?? 0
    sums.stock += byProduct.stock[row] ?? 0
  }
  return { stock: sums.stock, fill: sums.filled / sums.demanded }
}

/** By a linear congruence, so that a rerun prints the same; its high bits, since the low ones repeat soon. */
function chance(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
}
