const OPEN_SCANS_MAX = 128

/**
 * The half-way scans. A cursor names an iterator over a live map, which neither misses what stays nor stumbles over what
 * goes. A cursor that is not known, since too many scans were left half way or it was used twice, starts at
 * the beginning: an item may then come twice, which SCAN allows, and none is missed.
 */
export class Scans {
  readonly #open = new Map<string, { of: object; items: Iterator<unknown> }>()
  #lastCursor = 0

  /** Takes up to `count` items of what `of` holds and answers the cursor to go on with, `0` at the end. */
  next<Item>(cursor: string, scan: { of: object; start(): Iterator<Item>; count: number }) {
    const known = this.#open.get(cursor)
    this.#open.delete(cursor)
    const items = known?.of === scan.of ? (known.items as Iterator<Item>) : scan.start()
    const found: Item[] = []
    while (found.length < scan.count) {
      const next = items.next()
      if (next.done) return { cursor: '0', found }
      found.push(next.value)
    }
    const later = String(++this.#lastCursor)
    this.#open.set(later, { of: scan.of, items })
    if (this.#open.size > OPEN_SCANS_MAX) {
      for (const oldest of this.#open.keys()) {
        this.#open.delete(oldest)
        break
      }
    }
    return { cursor: later, found }
  }
}
