/**
 * Something that goes on over time: a visit, the life of an order, the weekly count. It yields how many milliseconds
 * to wait before it goes on, so that its code reads in the order in which things happen.
 */
export type Process = Generator<number, void, void>

export type Agenda = {
  nowMs(): number
  start(process: Process, afterMs?: number): void
  /** Goes to the next thing that happens and lets it happen; false when nothing is left. */
  step(): boolean
}

type Entry = { atMs: number; order: number; process: Process }

/** Processes by when they go on; those of one instant in the order in which they were started. A binary heap. */
export function createAgenda(startMs: number): Agenda {
  const heap: Entry[] = []
  let nowMs = startMs
  let order = 0
  return {
    nowMs: () => nowMs,
    start: (process, afterMs = 0) =>
      push(heap, { atMs: nowMs + Math.ceil(afterMs), order: order++, process }),
    step() {
      const entry = heap[0]
      if (!entry) return false
      nowMs = entry.atMs
      const waited = entry.process.next()
      // Whatever it started comes after it, so it is still the first.
      const next = waited.done
        ? heap.pop()
        : { ...entry, atMs: nowMs + Math.max(1, Math.ceil(waited.value)), order: order++ }
      if (next && heap.length > 0) {
        heap[0] = next
        sink(heap)
      }
      return true
    }
  }
}

const isBefore = (a: Entry, b: Entry) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1
  while (at > 0) {
    const parent = (at - 1) >>> 1
    if (!swapIfBefore(heap, at, parent)) return
    at = parent
  }
}

function sink(heap: Entry[]): void {
  for (let at = 0; ;) {
    const left = 2 * at + 1
    const [l, r] = [heap[left], heap[left + 1]]
    const first = l && r && isBefore(r, l) ? left + 1 : left
    if (!l || !swapIfBefore(heap, first, at)) return
    at = first
  }
}

function swapIfBefore(heap: Entry[], at: number, other: number): boolean {
  const [a, b] = [heap[at], heap[other]]
  if (!a || !b || !isBefore(a, b)) return false
  heap[at] = b
  heap[other] = a
  return true
}
