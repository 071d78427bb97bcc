/**
 * Recent sessions, and of each item the sessions that hold it, latest first: what session neighbours are found in.
 *
 * An entry is an item in a session. Entries lie in fixed places of flat arrays, so many a session, and hang in a list an
 * item, as do the sessions themselves in a list of their own: a click moves its session's entries to the front of their
 * lists, and the oldest session leaves from the back. Memory is 12 bytes an entry, whatever happens.
 */
export type SessionIndex = {
  sessionsMax: number
  sessionItemsMax: number
  slots: Map<number, number>
  /** By slot: its session, its last click, and which of equal times came later. */
  sessions: Uint32Array
  latestMs: Float64Array
  touched: Float64Array
  touchCount: number
  /** By slot: distinct items, in the order in which they were first clicked. */
  lengths: Uint32Array
  /** By entry. The first entry of a slot is the session's own; 0 is no entry. */
  items: Uint32Array
  newer: Uint32Array
  older: Uint32Array
  /** By list: its ends. */
  newest: Uint32Array
  oldest: Uint32Array
  /** By item: how many sessions hold it; and the sum of that. */
  counts: Uint32Array
  entryCount: number
}

/** The oldest sessions leave beyond `sessionsMax`; a session of `sessionItemsMax` items takes no further ones. */
export type SessionIndexOptions = { sessionsMax: number; sessionItemsMax: number }
export type Click = { session: number; item: number; atMs: number }
/** Parallel columns, one entry a click, in any order. */
export type Clicks = { sessions: Uint32Array; items: Uint32Array; occurredAtMs: Float64Array }

/** Every session is in the first list, the sessions of item `i` in list `i + 1`. */
const ALL = 0

export function createSessionIndex({ sessionsMax, sessionItemsMax }: SessionIndexOptions): SessionIndex {
  const entries = sessionsMax * (sessionItemsMax + 1) + 1
  if (!(sessionItemsMax >= 1) || !(entries < 2 ** 31))
    throw new Error('at least an item a session, and fewer than 2^31 entries')
  return {
    sessionsMax,
    sessionItemsMax,
    slots: new Map(),
    sessions: new Uint32Array(sessionsMax),
    latestMs: new Float64Array(sessionsMax),
    touched: new Float64Array(sessionsMax),
    touchCount: 0,
    lengths: new Uint32Array(sessionsMax),
    items: new Uint32Array(entries),
    newer: new Uint32Array(entries),
    older: new Uint32Array(entries),
    newest: new Uint32Array(1),
    oldest: new Uint32Array(1),
    counts: new Uint32Array(0),
    entryCount: 0
  }
}

/** As if each click had been added when it happened; those of one time in the order of the columns. */
export function buildSessionIndex(
  { sessions, items, occurredAtMs }: Clicks,
  options: SessionIndexOptions
): SessionIndex {
  const index = createSessionIndex(options)
  const order = Uint32Array.from(items.keys()).toSorted(
    (a, b) => (occurredAtMs[a] ?? 0) - (occurredAtMs[b] ?? 0) || a - b
  )
  for (const at of order)
    addClick(index, { session: sessions[at] ?? 0, item: items[at] ?? 0, atMs: occurredAtMs[at] ?? 0 })
  return index
}

/** A click may come late. It costs the length of its session, and where it is late, a walk past what is newer. */
export function addClick(index: SessionIndex, { session, item, atMs }: Click): void {
  const known = index.slots.get(session)
  const slot = known ?? admit(index, session, atMs)
  if (slot === undefined) return
  if (known !== undefined && atMs >= (index.latestMs[slot] ?? 0)) touch(index, slot, atMs)
  addItem(index, slot, item)
}

/** The entry of the session's item at a place, from 0. */
export const entryOf = ({ sessionItemsMax }: SessionIndex, slot: number, place: number): number =>
  slot * (sessionItemsMax + 1) + 2 + place
export const slotOf = ({ sessionItemsMax }: SessionIndex, entry: number): number =>
  Math.floor((entry - 1) / (sessionItemsMax + 1))
/** The place of an entry in its session, from 0. */
export const placeOf = ({ sessionItemsMax }: SessionIndex, entry: number): number =>
  ((entry - 1) % (sessionItemsMax + 1)) - 1
/** The latest session that holds the item, as its entry; 0 when there is none. */
export const newestOf = ({ newest }: SessionIndex, item: number): number => newest[item + 1] ?? 0

export function isMoreRecent({ latestMs, touched }: SessionIndex, slot: number, than: number): boolean {
  const [a, b] = [latestMs[slot] ?? 0, latestMs[than] ?? 0]
  return a > b || (a === b && (touched[slot] ?? 0) > (touched[than] ?? 0))
}

/** A slot for a new session, that of the oldest when all are taken; none when the new one is older still. */
function admit(index: SessionIndex, session: number, atMs: number): number | undefined {
  let slot = index.slots.size
  if (slot >= index.sessionsMax) {
    const last = index.oldest[ALL] ?? 0
    if (last === 0) return undefined
    slot = slotOf(index, last)
    if ((index.latestMs[slot] ?? 0) > atMs) return undefined
    remove(index, slot)
  }
  index.slots.set(session, slot)
  index.sessions[slot] = session
  index.lengths[slot] = 0
  index.latestMs[slot] = atMs
  index.touched[slot] = ++index.touchCount
  hang(index, ALL, entryOf(index, slot, -1))
  return slot
}

function remove(index: SessionIndex, slot: number): void {
  index.slots.delete(index.sessions[slot] ?? 0)
  takeDown(index, ALL, entryOf(index, slot, -1))
  for (let place = 0; place < (index.lengths[slot] ?? 0); place++) {
    const entry = entryOf(index, slot, place)
    const item = index.items[entry] ?? 0
    takeDown(index, item + 1, entry)
    index.counts[item] = (index.counts[item] ?? 0) - 1
    index.entryCount--
  }
}

function touch(index: SessionIndex, slot: number, atMs: number): void {
  index.latestMs[slot] = atMs
  index.touched[slot] = ++index.touchCount
  for (let place = -1; place < (index.lengths[slot] ?? 0); place++) {
    const entry = entryOf(index, slot, place)
    const list = place < 0 ? ALL : (index.items[entry] ?? 0) + 1
    if (index.newest[list] === entry) continue
    takeDown(index, list, entry)
    hang(index, list, entry)
  }
}

function addItem(index: SessionIndex, slot: number, item: number): void {
  const length = index.lengths[slot] ?? 0
  const first = entryOf(index, slot, 0)
  if (length >= index.sessionItemsMax || index.items.subarray(first, first + length).includes(item)) return
  makeRoom(index, item)
  index.items[first + length] = item
  index.lengths[slot] = length + 1
  index.counts[item] = (index.counts[item] ?? 0) + 1
  index.entryCount++
  hang(index, item + 1, first + length)
}

function makeRoom(index: SessionIndex, item: number): void {
  if (item < index.counts.length) return
  const grown = (old: Uint32Array, length: number) => {
    const larger = new Uint32Array(length)
    larger.set(old)
    return larger
  }
  const itemCount = Math.max(item + 1, 2 * index.counts.length)
  index.newest = grown(index.newest, itemCount + 1)
  index.oldest = grown(index.oldest, itemCount + 1)
  index.counts = grown(index.counts, itemCount)
}

/** Behind all whose sessions are more recent: at the front, unless the click was late. */
function hang(index: SessionIndex, list: number, entry: number): void {
  const slot = slotOf(index, entry)
  let ahead = 0
  let behind = index.newest[list] ?? 0
  while (behind !== 0 && isMoreRecent(index, slotOf(index, behind), slot)) {
    ahead = behind
    behind = index.older[behind] ?? 0
  }
  link(index, list, ahead, entry)
  link(index, list, entry, behind)
}

function takeDown(index: SessionIndex, list: number, entry: number): void {
  link(index, list, index.newer[entry] ?? 0, index.older[entry] ?? 0)
}

/** Makes the two neighbours in a list; 0 is beyond its end. */
function link(index: SessionIndex, list: number, newer: number, older: number): void {
  if (newer === 0) index.newest[list] = older
  else index.older[newer] = older
  if (older === 0) index.oldest[list] = newer
  else index.newer[older] = newer
}
