import { wrongType } from './replies.ts'
import { SortedSet } from './sorted-set.ts'

type Values = {
  string: string
  hash: Map<string, string>
  set: Set<string>
  zset: SortedSet
}
export type Kind = keyof Values
type Entry = { [K in Kind]: { kind: K; value: Values[K]; bytes: number } }[Kind]
export type EntryOf<K extends Kind> = Extract<Entry, { kind: K }>

/** Estimates of what V8 needs beside the bytes: string headers and the slots of maps. */
export const ITEM_OVERHEAD_BYTES = 64
const KEY_OVERHEAD_BYTES = 160
const SWEEP_KEYS_MAX = 1_000

/** All keys with their expiry and the memory that they take, by estimate. The clock is an argument. */
export class Keyspace {
  readonly #entries = new Map<string, Entry>()
  readonly #expiresAtMs = new Map<string, number>()
  readonly #nowMs: () => number
  #sweep: MapIterator<[string, number]> | undefined
  usedBytes = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  get size(): number {
    return this.#entries.size
  }

  /** The entry of a key that has not expired. */
  find(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    const expiresAtMs = this.#expiresAtMs.size > 0 ? this.#expiresAtMs.get(key) : undefined
    if (expiresAtMs === undefined || expiresAtMs > this.#nowMs()) return entry
    this.delete(key)
    return undefined
  }

  findAs<K extends Kind>(key: string, kind: K): EntryOf<K> | undefined {
    const entry = this.find(key)
    if (entry && entry.kind !== kind) throw wrongType()
    return entry as EntryOf<K> | undefined
  }

  hash = (key: string) =>
    this.findAs(key, 'hash') ?? this.#add(key, { kind: 'hash', value: new Map(), bytes: 0 })
  set = (key: string) =>
    this.findAs(key, 'set') ?? this.#add(key, { kind: 'set', value: new Set(), bytes: 0 })
  zset = (key: string) =>
    this.findAs(key, 'zset') ?? this.#add(key, { kind: 'zset', value: new SortedSet(), bytes: 0 })

  /** Replaces whatever the key held. */
  putString(key: string, value: string): void {
    this.delete(key)
    this.#add(key, { kind: 'string', value, bytes: value.length })
  }

  /** The entry grew or, below zero, shrank by so many bytes. */
  grow(entry: Entry, bytes: number): void {
    entry.bytes += bytes
    this.usedBytes += bytes
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key)
    if (!entry) return false
    this.usedBytes -= entry.bytes
    this.#entries.delete(key)
    this.#expiresAtMs.delete(key)
    // A scan that was left half way may still hold the map; its contents must not stay in memory for it.
    if (entry.kind === 'hash') entry.value.clear()
    return true
  }

  /** As Redis does, a hash or set whose last item was removed is gone. */
  deleteIfEmpty(key: string, entry: Entry): void {
    const size = typeof entry.value === 'string' ? 1 : entry.value.size
    if (size === 0) this.delete(key)
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.delete(key)
  }

  expiryOf(key: string): number | undefined {
    return this.#expiresAtMs.get(key)
  }

  expireAt(key: string, atMs: number): void {
    if (atMs <= this.#nowMs()) this.delete(key)
    else this.#expiresAtMs.set(key, atMs)
  }

  /** True when the key would have expired. */
  persist(key: string): boolean {
    return this.#expiresAtMs.delete(key)
  }

  nowMs(): number {
    return this.#nowMs()
  }

  /** Goes on with every call; a key deleted meanwhile is left out. */
  keys(): MapIterator<string> {
    return this.#entries.keys()
  }

  /** Drops some of the keys that have expired and that nobody asked for; call it often. */
  sweepExpired(): void {
    const nowMs = this.#nowMs()
    for (let i = 0; i < SWEEP_KEYS_MAX; i++) {
      this.#sweep ??= this.#expiresAtMs.entries()
      const next = this.#sweep.next()
      if (next.done) {
        this.#sweep = undefined
        return
      }
      const [key, expiresAtMs] = next.value
      if (expiresAtMs <= nowMs) this.delete(key)
    }
  }

  #add<E extends Entry>(key: string, entry: E): E {
    entry.bytes += KEY_OVERHEAD_BYTES + key.length
    this.usedBytes += entry.bytes
    this.#entries.set(key, entry)
    return entry
  }
}
