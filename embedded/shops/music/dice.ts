/** Seeded chance: the same seed gives the same rolls, on every machine. */
export type Dice = {
  /** In [0, 1). */
  roll(): number
  chance(share: number): boolean
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number
  pick<Item>(list: readonly Item[]): Item
  /** A waiting time of a memoryless process with this mean. */
  waitMs(meanMs: number): number
  hex(digits: number): string
}

export function createDice(seed: string): Dice {
  const next = rollFrom(seed)
  const roll = () => next() / 2 ** 32
  return {
    roll,
    chance: (share) => roll() < share,
    between: (least, most) => least + Math.floor(roll() * (most - least + 1)),
    pick: (list) => {
      const item = list[Math.floor(roll() * list.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    waitMs: (meanMs) => Math.ceil(-Math.log(1 - roll()) * meanMs),
    hex: (digits) => Array.from({ length: digits }, () => (next() & 15).toString(16)).join('')
  }
}

export type Lottery<Item> = { draw(dice: Dice): Item; size: number }

/** Draws in proportion to weights, by bisecting their running sum. */
export function createLottery<Item>(entries: readonly (readonly [Item, number])[]): Lottery<Item> {
  const ends = new Float64Array(entries.length)
  let total = 0
  for (const [i, [, weight]] of entries.entries()) ends[i] = total += weight
  return {
    size: entries.length,
    draw(dice) {
      const at = dice.roll() * total
      let low = 0
      let high = entries.length - 1
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((ends[middle] ?? 0) <= at) low = middle + 1
        else high = middle
      }
      const entry = entries[low]
      if (!entry) throw new Error('an empty lottery')
      return entry[0]
    }
  }
}

/** FNV-1a makes the seed's state, then a 32-bit counter goes through MurmurHash3's finisher: its period is 2^32. */
function rollFrom(seed: string): () => number {
  let state = 2_166_136_261
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 16_777_619)
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }
}
