/** Something to take, and what can be taken of the same kind once it is. */
export type Offer<T> = { best: T; rest: Iterator<T, undefined> }

/**
 * Of many lists, each the best first, everything in one: a heap of what each offers next, so that only what is taken is ever
 * made. `isBetter` must tell any two apart, or the order would be chance.
 */
export function* bestFirst<T>(
  lists: readonly Iterator<T, undefined>[],
  isBetter: (a: T, b: T) => boolean
): Generator<T, undefined> {
  const heap = lists.flatMap((rest): Offer<T>[] => {
    const next = rest.next()
    return next.done ? [] : [{ best: next.value, rest }]
  })
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(heap, at, isBetter)
  for (let top = heap[0]; top; top = heap[0]) {
    yield top.best
    const next = top.rest.next()
    const last = next.done ? heap.pop() : undefined
    if (!next.done) heap[0] = { best: next.value, rest: top.rest }
    else if (last && heap.length > 0) heap[0] = last
    sink(heap, 0, isBetter)
  }
  return undefined
}

function sink<T>(heap: Offer<T>[], from: number, isBetter: (a: T, b: T) => boolean): void {
  const moved = heap[from]
  if (!moved) return
  let at = from
  for (;;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
    const isRight = left && right && isBetter(right.best, left.best)
    const child = isRight ? right : left
    if (!child || !isBetter(child.best, moved.best)) break
    heap[at] = child
    at = 2 * at + (isRight ? 2 : 1)
  }
  heap[at] = moved
}
