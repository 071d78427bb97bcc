import { WarehouseError } from '../errors.ts'

/**
 * Blocks of LZ4, the packing that ClickHouse's own clients use unless told otherwise. Written here because npm has the
 * bare blocks only in packages without care for years or with a binary for each platform.
 */
export function packBlock(source: Uint8Array): Buffer {
  const size = source.byteLength
  // Where nothing repeats, every 255 bytes cost one more.
  const packed = Buffer.allocUnsafe(size + Math.ceil(size / 255) + 16)
  const bytes = new DataView(source.buffer, source.byteOffset, size)
  const out = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  places.fill(0)
  let end = 0
  let literalsAt = 0
  function putSequence(literalsEnd: number, distance: number, matched: number): void {
    const literals = literalsEnd - literalsAt
    const rest = matched - MATCH_BYTES_MIN
    out.setUint8(end++, (Math.min(literals, 15) << 4) | (distance === 0 ? 0 : Math.min(rest, 15)))
    if (literals >= 15) putLength(literals - 15)
    packed.set(source.subarray(literalsAt, literalsEnd), end)
    end += literals
    if (distance === 0) return
    out.setUint16(end, distance, true)
    end += 2
    if (rest >= 15) putLength(rest - 15)
  }
  function putLength(length: number): void {
    let rest = length
    for (; rest >= 255; rest -= 255) out.setUint8(end++, 255)
    out.setUint8(end++, rest)
  }
  // The format wants the last bytes as they are.
  const matchAtMax = size - 12
  const matchEndMax = size - 5
  for (let at = 0, misses = 0; at <= matchAtMax;) {
    const word = bytes.getUint32(at, true)
    const place = 4 * (Math.imul(word, 2_654_435_761) >>> (32 - PLACE_BITS))
    const before = placesView.getInt32(place, true) - 1
    placesView.setInt32(place, at + 1, true)
    if (before < 0 || at - before > DISTANCE_MAX || bytes.getUint32(before, true) !== word) {
      // What does not repeat is passed faster and faster.
      at += 1 + (misses++ >> 6)
      continue
    }
    misses = 0
    let matchEnd = at + MATCH_BYTES_MIN
    const distance = at - before
    while (matchEnd < matchEndMax && bytes.getUint8(matchEnd) === bytes.getUint8(matchEnd - distance))
      matchEnd += 1
    putSequence(at, distance, matchEnd - at)
    at = literalsAt = matchEnd
  }
  putSequence(size, 0, 0)
  return packed.subarray(0, end)
}

const MATCH_BYTES_MIN = 4
const DISTANCE_MAX = 65_535
const PLACE_BITS = 14
/** Where four bytes were seen last, plus one. */
const places = new Uint8Array(4 * 2 ** PLACE_BITS)
const placesView = new DataView(places.buffer)

/**
 * Writes what the block holds into `out` from `from` on, and gives the end of it. What lies before `from` is what the
 * block may repeat. Nothing in a block can make it read or write elsewhere.
 */
export function unpackBlock(packed: Uint8Array, out: Uint8Array, from: number): number {
  const bytes = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  let at = 0
  let end = from
  function readLength(start: number): number {
    if (start < 15) return start
    let length = start
    for (;;) {
      if (at >= packed.length) throw broken('a length has no end')
      const byte = bytes.getUint8(at++)
      length += byte
      if (byte < 255) return length
    }
  }
  while (at < packed.length) {
    const token = bytes.getUint8(at++)
    const literals = readLength(token >> 4)
    if (at + literals > packed.length || end + literals > out.length) throw broken('bytes are missing')
    if (literals > 0) out.set(packed.subarray(at, at + literals), end)
    at += literals
    end += literals
    if (at === packed.length) return end
    if (at + 2 > packed.length) throw broken('bytes are missing')
    const distance = bytes.getUint16(at, true)
    at += 2
    const matchEnd = end + MATCH_BYTES_MIN + readLength(token & 15)
    if (distance === 0 || distance > end) throw broken('it repeats what was never there')
    if (matchEnd > out.length) throw broken('it is larger than it says')
    repeat(out, { from: end - distance, to: end, end: matchEnd })
    end = matchEnd
  }
  throw broken('it has no end')
}

/** The source may overlap what is written, and then repeats itself: it doubles with each copy. */
function repeat(out: Uint8Array, place: { from: number; to: number; end: number }): void {
  const { from, to, end } = place
  for (let at = to; at < end;) {
    const step = Math.min(end - at, at - from)
    out.copyWithin(at, from, from + step)
    at += step
  }
}

export const broken = (reason: string): WarehouseError =>
  new WarehouseError({
    code: 271,
    name: 'CANNOT_DECOMPRESS',
    message: `Cannot decompress the body: ${reason}`
  })
