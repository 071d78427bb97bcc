import type { DemandQuantiles } from './demand.ts'

const DEAD_DAYS = 90

/**
 * Stock that nothing was sold of for 90 days. `daysOnSale` are those since the first receipt: what came in last week has not
 * had the time to sell, and is not dead. `daysSinceSale` is null where nothing ever was.
 */
export function isDeadStock(
  { onHand, daysSinceSale, daysOnSale }: { onHand: number; daysSinceSale: number | null; daysOnSale: number },
  deadDays = DEAD_DAYS
): boolean {
  return onHand > 0 && Math.min(daysSinceSale ?? Infinity, daysOnSale) >= deadDays
}

type OverstockOptions = { onHand: number; days: number; probability: number }

/** Units on hand that will not even be asked for over so many days with this probability; undefined with no forecast. */
export function overstock(
  demand: DemandQuantiles,
  { onHand, days, probability }: OverstockOptions
): number | undefined {
  const bound = demand(days, probability)
  if (!Number.isFinite(bound) || !Number.isFinite(onHand)) return undefined
  return Math.max(0, Math.floor(onHand - Math.max(0, bound)))
}
