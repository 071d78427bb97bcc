import type { ServedProduct } from '../models/contracts/served.ts'
import { weighHistory } from '../models/recommend/history.ts'
import type { History } from '../models/recommend/recommender.ts'
import { recommendSettings } from '../models/recommend/settings.ts'
import type { Profile } from './redis.ts'
import type { ServingState } from './serving.ts'

/** The product that a visitor saw of a work, and when they last did. */
type Memory = { product: ServedProduct; atMs: number }
/** What is known of a visitor: by work number what they saw; the works that they own, or want to see no more. */
export type Memories = {
  seen: ReadonlyMap<number, Memory>
  owned: ReadonlySet<number>
  hidden: ReadonlySet<number>
}

export function remember({ products, works }: ServingState, profile: Profile | undefined): Memories {
  const seen = new Map<number, Memory>()
  const worksOf = (product_ids: readonly string[]) =>
    new Set(
      product_ids.flatMap((product_id) => {
        const product = products.byId.get(product_id)
        return product ? [works.numberOf(product.work_id)] : []
      })
    )
  if (!profile) return { seen, owned: new Set(), hidden: new Set() }
  const owned = worksOf(profile.owned)
  const hidden = worksOf(profile.hidden)
  for (const { product_id, at_ms } of [...profile.bought, ...profile.recent]) {
    const product = products.byId.get(product_id)
    if (!product) continue
    const workNumber = works.numberOf(product.work_id)
    // Who wants to see no more of it wants no more of its kind, either.
    if (hidden.has(workNumber) && !owned.has(workNumber)) continue
    const known = seen.get(workNumber)
    if (!known) seen.set(workNumber, { product, atMs: at_ms })
    else if (at_ms > known.atMs) known.atMs = at_ms
  }
  return { seen, owned, hidden }
}

/** What asks: the seeds when there are any, else what is remembered. */
export function historyOf(
  { works }: ServingState,
  { seeds, nowMs }: { seeds: readonly ServedProduct[]; nowMs: number },
  { seen }: Memories
): History {
  if (seeds.length > 0) {
    const items = Uint32Array.from(new Set(seeds.map((seed) => works.numberOf(seed.work_id))))
    return { items, weights: new Float32Array(items.length).fill(1) }
  }
  const occurredAtMs = Array.from(seen.values(), (memory) => memory.atMs)
  const { historyHalfLifeDays, historyItemsMax } = recommendSettings
  const history = weighHistory(
    { items: [...seen.keys()], occurredAtMs },
    { nowMs, halfLifeDays: historyHalfLifeDays, itemsMax: historyItemsMax }
  )
  return raiseSession(history, (item) => nowMs - (seen.get(item)?.atMs ?? 0) < SESSION_MS)
}

const SESSION_MS = 30 * 60_000

/** Works of the visit that goes on, latest first. */
export function sessionOf({ seen }: Memories, nowMs: number): number[] {
  return [...seen]
    .filter(([, { atMs }]) => nowMs - atMs < SESSION_MS)
    .toSorted(([a, { atMs }], [b, other]) => other.atMs - atMs || a - b)
    .map(([workNumber]) => workNumber)
}

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
