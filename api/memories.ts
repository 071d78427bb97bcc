import type { ServedProduct } from '../models/contracts/served.ts'
import { weighHistory } from '../models/recommend/history.ts'
import type { History } from '../models/recommend/recommender.ts'
import { recommendSettings } from '../models/recommend/settings.ts'
import type { Profile, Remembered } from './redis.ts'
import type { ServingState } from './serving.ts'

/** The product that a visitor saw of a work, when they last did, and whether they have it. */
export type Memory = { product: ServedProduct; atMs: number; isOwned: boolean }
/** What is known of a visitor, by work number. */
export type Memories = ReadonlyMap<number, Memory>

export function remember({ products, works }: ServingState, profile: Profile | undefined): Memories {
  const memories = new Map<number, Memory>()
  const add = ({ product_id, at_ms }: Remembered, isOwned: boolean) => {
    const product = products.byId.get(product_id)
    if (!product) return
    const workNumber = works.numberOf(product.work_id)
    const known = memories.get(workNumber)
    if (!known) memories.set(workNumber, { product, atMs: at_ms, isOwned })
    else if (at_ms > known.atMs) known.atMs = at_ms
  }
  // What is owned comes first: whoever looks again at what they bought has bought it.
  for (const one of profile?.owned ?? []) add(one, true)
  for (const one of profile?.recent ?? []) add(one, false)
  return memories
}

/** What asks: the seeds when there are any, else what is remembered. */
export function historyOf(
  { works }: ServingState,
  { seeds, nowMs }: { seeds: readonly ServedProduct[]; nowMs: number },
  memories: Memories
): History {
  if (seeds.length > 0) {
    const items = Uint32Array.from(new Set(seeds.map((seed) => works.numberOf(seed.work_id))))
    return { items, weights: new Float32Array(items.length).fill(1) }
  }
  const occurredAtMs = Array.from(memories.values(), (memory) => memory.atMs)
  const { historyHalfLifeDays, historyItemsMax } = recommendSettings
  const history = weighHistory(
    { items: [...memories.keys()], occurredAtMs },
    { nowMs, halfLifeDays: historyHalfLifeDays, itemsMax: historyItemsMax }
  )
  return raiseSession(history, (item) => nowMs - (memories.get(item)?.atMs ?? 0) < SESSION_MS)
}

const SESSION_MS = 30 * 60_000

/** What is looked at now says more than one purchase of fifty: it weighs at least as much as all that was before. */
function raiseSession({ items, weights }: History, isNow: (item: number) => boolean): History {
  let before = 0
  let now = 0
  for (const [i, item] of items.entries()) {
    if (isNow(item)) now += weights[i] ?? 0
    else before += weights[i] ?? 0
  }
  const factor = now > 0 ? Math.max(1, before / now) : 1
  return { items, weights: weights.map((weight, i) => (isNow(items[i] ?? 0) ? weight * factor : weight)) }
}
