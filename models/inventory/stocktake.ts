/** A movement of the ledger: units more or less, and when. */
export type Movement = { occurredAtMs: number; units: number }

/** What should have been there at that instant: what moved up to it, whatever order the movements arrived in. */
export function ledgerAt(movements: readonly Movement[], instantMs: number): number {
  return movements.reduce((sum, { occurredAtMs, units }) => sum + (occurredAtMs <= instantMs ? units : 0), 0)
}

export type Count = {
  product_id: string
  counted: number
  /** By the ledger at the count's instant, not at that of its approval: sales in between are no variance. */
  expected: number
  unitCost: number
  /** Why, in the counter's words. */
  reason?: string
}

export type Variance = { product_id: string; units: number; value: number; reason: string }
export type StocktakeResult = {
  /** Largest loss first; products that were found as expected are left out. */
  variances: Variance[]
  counted: number
  /** Share of the products counted that were found as expected. */
  accuracy: number | null
  net_units: number
  net_value: number
  /** Losses and finds apart: they cancel in the net, and hide that shelves are mixed up. */
  lost_value: number
  found_value: number
  by_reason: Record<string, number>
  rejected: string[]
}

const UNSAID = 'not said'

export function summariseStocktake(counts: readonly Count[]): StocktakeResult {
  const isSound = ({ counted, expected, unitCost }: Count) =>
    counted >= 0 && [counted, expected, unitCost].every(Number.isFinite)
  const sound = counts.filter(isSound)
  const variances = sound
    .map(({ product_id, counted, expected, unitCost, reason = UNSAID }) => {
      const units = counted - expected
      return { product_id, units, value: units * unitCost, reason }
    })
    .filter(({ units }) => units !== 0)
    .toSorted((a, b) => a.value - b.value || (a.product_id < b.product_id ? -1 : 1))
  const sumOf = (of: (variance: Variance) => number) => variances.reduce((sum, one) => sum + of(one), 0)
  const reasons = Map.groupBy(variances, ({ reason }) => reason)
  return {
    variances,
    counted: sound.length,
    accuracy: sound.length === 0 ? null : 1 - variances.length / sound.length,
    net_units: sumOf(({ units }) => units),
    net_value: sumOf(({ value }) => value),
    lost_value: sumOf(({ value }) => Math.max(0, -value)),
    found_value: sumOf(({ value }) => Math.max(0, value)),
    by_reason: Object.fromEntries(
      [...reasons].map(([reason, own]) => [reason, own.reduce((sum, { value }) => sum + value, 0)])
    ),
    rejected: counts.filter((count) => !isSound(count)).map(({ product_id }) => product_id)
  }
}

/** What went missing as a share of the sales of the same time; null without sales. Below 0 where more was found than lost. */
export function shrinkRate({ netValue, sales }: { netValue: number; sales: number }): number | null {
  return sales > 0 && Number.isFinite(netValue) ? 0 - netValue / sales : null
}
