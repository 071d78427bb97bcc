/** Draws that repeat for the same seed. */
export type Random = {
  /** A whole number from 0, below the bound. */
  below(bound: number): number
  chance(probability: number): boolean
  /** One of a list that is not empty. */
  of<Value>(values: readonly Value[]): Value
  shuffle<Value>(values: readonly Value[]): Value[]
}

/** The generator mulberry32: one multiplication a step, and every seed gives another course. */
export function openRandom(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    below,
    chance: (probability) => next() < probability,
    of(values) {
      const value = values[below(values.length)]
      if (value === undefined) throw new Error('nothing to draw from')
      return value
    },
    shuffle: (values) =>
      values
        .map((value) => ({ value, at: next() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ value }) => value)
  }
}
