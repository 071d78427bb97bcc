import { isMoreRecent, newestOf, placeOf, slotOf, type SessionIndex } from './session-index.ts'
import { topK } from './top-k.ts'

/** The items of a session that speak, latest first and each once, and what each of them weighs. */
export type Speakers = { items: ArrayLike<number>; weights: ArrayLike<number> }

/** Past sessions like one that goes on; parallel columns, good until the next call. */
export type NearestSessions = {
  count: number
  slots: Uint32Array
  similarities: Float64Array
  /** Which speakers the session holds, as bits. */
  shared: Uint32Array
  /** The latest of them: which it is, and its place in the past session. */
  latestShared: Uint32Array
  latestPlaces: Uint32Array
}

/** A bit each. */
export const SPEAKERS_MAX = 32

/**
 * Of the `recentMax` most recent sessions that share an item with this one, the `nearestMax` whose shared items weigh most;
 * of equals the more recent. Each item's sessions are in order, so they are merged, and older ones are never looked at.
 */
export function createNearestSessions(
  index: SessionIndex,
  { recentMax, nearestMax }: { recentMax: number; nearestMax: number }
): (speakers: Speakers) => NearestSessions {
  const found: NearestSessions = {
    count: 0,
    slots: new Uint32Array(recentMax),
    similarities: new Float64Array(recentMax),
    shared: new Uint32Array(recentMax),
    latestShared: new Uint32Array(recentMax),
    latestPlaces: new Uint32Array(recentMax)
  }
  // By speaker: the entry that is next, and its slot; -1 at the end.
  const heads = new Uint32Array(SPEAKERS_MAX)
  const headSlots = new Int32Array(SPEAKERS_MAX)
  const moveTo = (speaker: number, entry: number): void => {
    heads[speaker] = entry
    headSlots[speaker] = entry === 0 ? -1 : slotOf(index, entry)
  }

  return ({ items, weights }) => {
    const speakerCount = Math.min(items.length, SPEAKERS_MAX)
    for (let speaker = 0; speaker < speakerCount; speaker++)
      moveTo(speaker, newestOf(index, items[speaker] ?? 0))
    let count = 0
    for (; count < recentMax; count++) {
      const slot = mostRecent(index, headSlots, speakerCount)
      if (slot < 0) break
      found.slots[count] = slot
      takeSession(slot, count, weights, speakerCount)
    }
    found.count = count
    if (count > nearestMax) keepNearest(found, nearestMax)
    return found
  }

  /** Moves every head on that is of this session. */
  function takeSession(slot: number, at: number, weights: ArrayLike<number>, speakerCount: number): void {
    let [similarity, shared] = [0, 0]
    for (let speaker = 0; speaker < speakerCount; speaker++) {
      if (headSlots[speaker] !== slot) continue
      const entry = heads[speaker] ?? 0
      if (shared === 0) {
        found.latestShared[at] = speaker
        found.latestPlaces[at] = placeOf(index, entry)
      }
      similarity += weights[speaker] ?? 0
      shared |= 1 << speaker
      moveTo(speaker, index.older[entry] ?? 0)
    }
    found.similarities[at] = similarity
    found.shared[at] = shared
  }
}

/** The slot of the most recent session among the heads; -1 when all are at their ends. */
function mostRecent(index: SessionIndex, headSlots: Int32Array, headCount: number): number {
  let latest = -1
  for (let at = 0; at < headCount; at++) {
    const slot = headSlots[at] ?? -1
    if (slot >= 0 && slot !== latest && (latest < 0 || isMoreRecent(index, slot, latest))) latest = slot
  }
  return latest
}

/** In the order of their places, so that nothing is overwritten that is still to be moved. */
function keepNearest(found: NearestSessions, nearestMax: number): void {
  const kept = topK(found.similarities.subarray(0, found.count), nearestMax).indexes.toSorted()
  for (const column of [
    found.slots,
    found.similarities,
    found.shared,
    found.latestShared,
    found.latestPlaces
  ])
    kept.forEach((from, to) => (column[to] = column[from] ?? 0))
  found.count = kept.length
}
