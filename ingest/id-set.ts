import { randomInt } from 'node:crypto'

const WORDS = 4
const SLOTS_MIN = 1_024
/** A sender chooses its ids, and shall not choose where they lie here. */
const SEED = randomInt(2 ** 32) >>> 0

/** Ids of events as numbers: four words of 32 bits each, one after another. */
export function readIds(ids: readonly string[]): Uint32Array {
  const words = new Uint32Array(ids.length * WORDS)
  let at = 0
  for (const id of ids) {
    words[at++] = readHex(id, 0, 8)
    words[at++] = readHex(id, 9, 13) * 65_536 + readHex(id, 14, 18)
    words[at++] = readHex(id, 19, 23) * 65_536 + readHex(id, 24, 28)
    words[at++] = readHex(id, 28, 36)
  }
  return words
}

/** '0' to '9' are 48 to 57, 'a' to 'f' 97 to 102. */
function readHex(text: string, from: number, to: number): number {
  let number = 0
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i)
    number = (number << 4) | (code < 58 ? code - 48 : code - 87)
  }
  return number >>> 0
}

/**
 * A set of ids in typed arrays: 16 bytes each, and nothing for the collector of garbage to look through, which as many
 * strings would keep busy.
 */
export class IdSet {
  private slots = new Uint32Array(SLOTS_MIN * WORDS)
  private mask = SLOTS_MIN - 1
  /** Nothing but zeros is an empty slot. */
  private hasNil = false
  size = 0

  /** The id at this place of `readIds`. */
  has(ids: Uint32Array, place: number): boolean {
    const slot = this.find(ids, place * WORDS)
    return slot === -1 ? this.hasNil : !this.isEmpty(slot)
  }
  /** Answers whether it was new. */
  add(ids: Uint32Array, place: number): boolean {
    const at = place * WORDS
    const slot = this.find(ids, at)
    if (slot === -1 ? this.hasNil : !this.isEmpty(slot)) return false
    if (slot === -1) this.hasNil = true
    else for (let i = 0; i < WORDS; i++) this.slots[slot + i] = ids[at + i] ?? 0
    this.size++
    if (this.size * 3 > (this.mask + 1) * 2) this.grow()
    return true
  }
  clear(): void {
    this.slots.fill(0)
    this.hasNil = false
    this.size = 0
  }

  /** Where the id is or would be; -1 for the one that looks like an empty slot. */
  private find(ids: Uint32Array, at: number): number {
    const a = ids[at] ?? 0
    const b = ids[at + 1] ?? 0
    const c = ids[at + 2] ?? 0
    const d = ids[at + 3] ?? 0
    if ((a | b | c | d) === 0) return -1
    const { slots, mask } = this
    let hash = SEED
    hash = mix(hash ^ a)
    hash = mix(hash ^ b)
    hash = mix(hash ^ c)
    hash = mix(hash ^ d)
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const slot = i * WORDS
      if (slots[slot] === a && slots[slot + 1] === b && slots[slot + 2] === c && slots[slot + 3] === d)
        return slot
      if (this.isEmpty(slot)) return slot
    }
  }
  private isEmpty(slot: number): boolean {
    const { slots } = this
    return slots[slot] === 0 && slots[slot + 1] === 0 && slots[slot + 2] === 0 && slots[slot + 3] === 0
  }
  private grow(): void {
    const before = this.slots
    this.mask = this.mask * 2 + 1
    this.slots = new Uint32Array(before.length * 2)
    for (let at = 0; at < before.length; at += WORDS) {
      const slot = this.find(before, at)
      if (slot !== -1) for (let i = 0; i < WORDS; i++) this.slots[slot + i] = before[at + i] ?? 0
    }
  }
}

/** The last steps of MurmurHash3: every bit of the word changes every bit of the result. */
function mix(word: number): number {
  let hash = word
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
