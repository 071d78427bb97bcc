import type { Series } from './forecaster.ts'

/** 1 for each day on which nothing at all was sold, counted back from the last day: the shop was closed, demand was not 0. */
export function closedDaysOf(shop: readonly Series[]): Uint8Array {
  const days = shop.reduce((longest, { units }) => Math.max(longest, units.length), 0)
  const closed = new Uint8Array(days).fill(1)
  for (const { units } of shop) {
    for (let at = 0; at < units.length; at++) if ((units[at] ?? 0) > 0) closed[units.length - 1 - at] = 0
  }
  return closed
}
