import { decayed, type Decay, type History } from './recommender.ts'

/** A visitor's items with their last times, as weights: newest first, each once, at most `itemsMax` of them. */
export function weighHistory(
  seen: { items: ArrayLike<number>; occurredAtMs: ArrayLike<number> },
  options: Decay & { itemsMax?: number }
): History {
  const latest = new Map<number, number>()
  for (let i = 0; i < seen.items.length; i++) {
    const item = seen.items[i] ?? 0
    latest.set(item, Math.max(latest.get(item) ?? -Infinity, seen.occurredAtMs[i] ?? 0))
  }
  const newest = [...latest].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, options.itemsMax)
  return {
    items: Uint32Array.from(newest, ([item]) => item),
    weights: Float32Array.from(newest, ([, occurredAtMs]) => decayed(occurredAtMs, options))
  }
}
