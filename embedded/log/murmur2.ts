/** The partition of a keyed message, by Kafka's own rule, so that a key has one order in both logs. */
export function partitionOf(key: string, partitionCount: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitionCount
}

/** MurmurHash2 in 32 bits with the seed of Kafka's clients. */
export function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995
  const at = (index: number) => bytes[index] ?? 0
  let h = 0x9747b28c ^ bytes.length
  const tail = bytes.length & ~3
  for (let i = 0; i < tail; i += 4) {
    let k = at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24)
    k = Math.imul(k, m)
    k = Math.imul(k ^ (k >>> 24), m)
    h = Math.imul(h, m) ^ k
  }
  if (bytes.length > tail) {
    h ^= at(tail) | (at(tail + 1) << 8) | (at(tail + 2) << 16)
    h = Math.imul(h, m)
  }
  h = Math.imul(h ^ (h >>> 13), m)
  return h ^ (h >>> 15)
}
